import type { FailureDetails } from "../history/events.ts";

/** Kinds of action that the SDK returns, by name, with their numbers. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

/** Durations are in milliseconds. */
export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

export interface HttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly content?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tokenSource?: { readonly resource: string };
  readonly asynchronousPatternEnabled?: boolean;
}

/** One action of the orchestrator, as the SDK writes it. Inputs are any JSON value. */
export type Action =
  | { readonly actionType: 0; readonly functionName: string; readonly input?: unknown }
  | {
      readonly actionType: 1;
      readonly functionName: string;
      readonly retryOptions: RetryOptions;
      readonly input?: unknown;
    }
  | {
      readonly actionType: 2;
      readonly functionName: string;
      readonly instanceId?: string;
      readonly version?: string;
      readonly input?: unknown;
    }
  | {
      readonly actionType: 3;
      readonly functionName: string;
      readonly retryOptions: RetryOptions;
      readonly instanceId?: string;
      readonly version?: string;
      readonly input?: unknown;
    }
  | { readonly actionType: 4; readonly input?: unknown }
  | { readonly actionType: 5; readonly fireAt: string; readonly isCanceled: boolean }
  | { readonly actionType: 6; readonly externalEventName: string }
  | {
      readonly actionType: 7 | 9;
      readonly operation: string;
      readonly instanceId: string;
      readonly input?: unknown;
    }
  | { readonly actionType: 8; readonly httpRequest: HttpRequest }
  | {
      readonly actionType: 10;
      readonly operation: string;
      readonly instanceId: string;
      readonly fireAt: string;
      readonly input?: unknown;
    }
  | { readonly actionType: 11 | 12; readonly compoundActions: readonly Action[] }
  | {
      readonly actionType: 13;
      readonly lockRequestId?: string;
      readonly lockSet: readonly { readonly name: string; readonly key: string }[];
    }
  | { readonly actionType: 14 };

/** The result of an orchestrator function for an episode. */
export interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
  /** 0 to 3, for V1 to V4. */
  readonly schemaVersion?: number;
  readonly failureDetails?: FailureDetails;
}
