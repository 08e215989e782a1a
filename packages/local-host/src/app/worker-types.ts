import type { TypedData } from "./typed-data.ts";

/** One binding of a function as `@azure/functions` registers it; only the properties that this host reads. */
export interface BindingMetadata {
  readonly type: string;
  readonly direction: "in" | "out";
  readonly name?: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly useMonitor?: boolean;
  readonly queueName?: string;
  readonly path?: string;
  readonly connection?: string;
  readonly source?: string;
  readonly dataType?: string;
  readonly tableName?: string;
  readonly partitionKey?: string;
  readonly rowKey?: string;
  readonly filter?: string;
  readonly take?: number | string;
}

/** How often a failed invocation of a non-HTTP function is repeated; durations are protobuf-like. */
export interface RetryOptions {
  readonly retryStrategy?: string;
  readonly maxRetryCount?: number;
  readonly delayInterval?: RpcDuration;
  readonly minimumInterval?: RpcDuration;
  readonly maximumInterval?: RpcDuration;
}

interface RpcDuration {
  readonly seconds?: number;
}

/** The argument of `registerFunction`; `bindings` has names as keys (`$return` for the return value). */
export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, BindingMetadata>>;
  readonly retryOptions?: RetryOptions;
}

export type FunctionCallback = (...args: readonly unknown[]) => unknown;

export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";
/** `user` for `context.log` and similar calls, `system` for messages of library and host. */
export type LogCategory = "user" | "system";

export type HookName = "preInvocation" | "postInvocation" | "appStart" | "appTerminate" | "log";
export type HookCallback = (context: Record<string, unknown>) => unknown;

/** The position of an invocation in a distributed trace, as W3C headers. */
export interface RpcTraceContext {
  readonly traceParent: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The request of an invocation, as the host-to-worker protocol defines it. */
export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData | undefined }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>> | undefined;
  readonly traceContext: RpcTraceContext | undefined;
  readonly retryContext: RetryContext | undefined;
}

/** Which attempt this is, and why the previous one failed. */
interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: { readonly message: string; readonly stackTrace: string };
}

/** What the library needs from the worker during one invocation. */
export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null | undefined;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

export type MaybePromise<T> = T | Promise<T>;

/** The library's part of one invocation. `context` is its InvocationContext. */
export interface InvocationModel {
  getArguments(): MaybePromise<{ readonly context: object; readonly inputs: unknown[] }>;
  invokeFunction(context: object, inputs: readonly unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): MaybePromise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): MaybePromise<InvocationModel>;
  /** Missing before `@azure/functions` 4.3. */
  getCapabilities?(defaults: Record<string, string>): MaybePromise<Record<string, string>>;
}
