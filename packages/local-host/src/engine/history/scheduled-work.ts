import type { FailureDetails } from "./events.ts";

/** Work that an orchestration schedules, with its task id. Instants are epoch milliseconds. */
export type ScheduledWork =
  | { readonly kind: "activity"; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: "timer"; readonly id: number; readonly fireAt: number }
  | {
      readonly kind: "subOrchestration";
      readonly id: number;
      readonly name: string;
      readonly instanceId: string;
      readonly version: string | null;
      /** JSON text. */
      readonly input: string | null;
    }
  | {
      readonly kind: "event";
      readonly id: number;
      readonly instanceId: string;
      readonly name: string;
      /** JSON text. */
      readonly input: string;
      /** Not delivered before this instant; undefined means immediately. */
      readonly due: number | undefined;
    };

/** The outcome of an execution. */
export type Completion =
  | {
      readonly kind: "completed" | "terminated";
      readonly id: number;
      readonly result: string | null;
    }
  | ({ readonly kind: "failed"; readonly id: number } & OrchestrationFailure)
  | { readonly kind: "continuedAsNew"; readonly id: number; readonly input: string | null };

/** Why an orchestration failed: `reason` becomes its result, `details` is sent to the parent. */
export interface OrchestrationFailure {
  readonly reason: string;
  readonly details: string | null;
  readonly failureDetails: FailureDetails | null;
}
