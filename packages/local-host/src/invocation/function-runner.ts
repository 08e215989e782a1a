import type { TypedData } from "../app/typed-data.ts";
import type { WaitingInTest } from "./waiting-in-test.ts";

/** The three kinds of function that the engine calls itself. */
export type DurableKind = "orchestrator" | "activity" | "entity";

/** How one invocation ended: a value, or the message and stack of what was thrown. */
export type InvocationResult =
  | { readonly ok: true; readonly returnValue: TypedData | null | undefined }
  | {
      readonly ok: false;
      readonly message: string;
      readonly stack: string;
      /** Nothing was thrown: the process that ran it has ended before it could answer. */
      readonly isWorkerGone?: true;
    };

/** What the host says of an invocation whose worker process was killed. */
export const WORKER_GONE = {
  ok: false,
  message: "node exited with code 137 (0x89)",
  stack: "",
  isWorkerGone: true,
} as const satisfies InvocationResult;

/** What the engine needs of the worker side: which durable functions there are, and a way to call them. */
export interface FunctionRunner {
  /** Running activities that wait for a test and count as at rest, if there may be any. */
  readonly waitingInTest?: WaitingInTest;
  /** The registered spelling of a name, matched without case as the extension does; `undefined` if unknown. */
  find(kind: DurableKind, name: string): string | undefined;
  /** Whether a setting switches a registered function off: it is known then, and cannot be called. */
  isDisabled(kind: DurableKind, name: string): boolean;
  /** Registered names of a kind, sorted. */
  names(kind: DurableKind): readonly string[];
  /**
   * Invokes a function by its registered name with its trigger's value. Never rejects for what user code does.
   *
   * @param metadata trigger metadata beside the value, for example `{ instanceId: { string: "i1" } }`
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
