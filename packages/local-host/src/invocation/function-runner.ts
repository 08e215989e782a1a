import type { TypedData } from "../app/typed-data.ts";
import type { WaitingInTest } from "./waiting-in-test.ts";

/** The three kinds of functions that the engine calls itself. */
export type DurableKind = "orchestrator" | "activity" | "entity";

/** The outcome of one invocation: a value, or the message and stack of the thrown value. */
export type InvocationResult =
  | { readonly ok: true; readonly returnValue: TypedData | null | undefined }
  | {
      readonly ok: false;
      readonly message: string;
      readonly stack: string;
      /** Set if nothing was thrown: the worker process ended before the function returned. */
      readonly isWorkerGone?: true;
    };

/** The Functions host's failure of an invocation whose worker process was killed. */
export const WORKER_GONE = {
  ok: false,
  message: "node exited with code 137 (0x89)",
  stack: "",
  isWorkerGone: true,
} as const satisfies InvocationResult;

/** The engine's interface to the worker: which durable functions exist, and a way to call them. */
export interface FunctionRunner {
  /** Running activities that wait for a test and count as idle, if there can be any. */
  readonly waitingInTest?: WaitingInTest;
  /** The registered spelling of a name, matched case-insensitively as in the extension; `undefined` if unknown. */
  find(kind: DurableKind, name: string): string | undefined;
  /** Whether a setting disables a registered function: it is known, but cannot be called. */
  isDisabled(kind: DurableKind, name: string): boolean;
  /** Ends the worker process: the calls in progress return no result, and a new worker runs the next ones. */
  killWorker?(): void;
  /** Registered names of a kind, sorted. */
  names(kind: DurableKind): readonly string[];
  /**
   * Invokes a function by its registered name with its trigger's value. Never rejects because of app code.
   *
   * @param metadata trigger metadata besides the value, for example `{ instanceId: { string: "i1" } }`
   * @param traceParent the trace of the instance
   */
  run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
    traceParent?: string,
  ): Promise<InvocationResult>;
}
