import { randomUUID } from "node:crypto";
import type { AppFunction, NamedBinding } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { TypedData } from "../app/typed-data.ts";
import type {
  CoreInvocationContext,
  FunctionCallback,
  HookCallback,
  HookName,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  LogLevel,
  MaybePromise,
  ProgrammingModel,
} from "../app/worker-types.ts";
import { DurableInvocation, isKnown, isPlainDurable } from "./durable-invocation.ts";
import { lightContextClass } from "./light-context.ts";
import type { LightContextClass } from "./light-context.ts";
import { failureOf, failureText } from "./failure.ts";
import type { InvocationFailure } from "./failure.ts";
import type { InputReader } from "./input-reader.ts";
import type { LogSink } from "./log.ts";

/** One call of a function by the host. */
export interface Invocation {
  /** Default: a new GUID. */
  readonly invocationId?: string | undefined;
  readonly trigger: TypedData | undefined;
  /** Passed to the library unchanged; only HTTP streaming needs it. */
  readonly rpcMetadata?: Readonly<Record<string, TypedData>> | undefined;
  /** Creates `context.triggerMetadata` on first use, because few functions use it. */
  readonly triggerMetadata?: (() => unknown) | undefined;
  /** Creates the values that names and paths of input bindings may refer to. */
  readonly bindingData?: (() => Readonly<Record<string, unknown>>) | undefined;
  readonly retry?: InvocationRequest["retryContext"];
  /** W3C `traceparent` of the cause of this call. */
  readonly traceParent?: string | undefined;
}

/** The outcome of one invocation. `answered` is false if the handler's result was null or undefined. */
export type InvocationOutcome =
  | { readonly ok: true; readonly response: InvocationResponse; readonly answered: boolean }
  | InvocationFailure;

type NamedData = InvocationRequest["inputData"][number];

/** A request whose inputs are still being read. */
type OpenRequest = Omit<InvocationRequest, "inputData"> & { readonly inputData: NamedData[] };

/** Creates the value of a binding of one type for one invocation. */
export type InputBinder = (fn: AppFunction) => TypedData;

interface InvokerParts {
  readonly app: LoadedApp;
  readonly model: ProgrammingModel;
  readonly log: LogSink;
  readonly now: () => number;
  /** By binding type in lower case. */
  readonly binders: ReadonlyMap<string, InputBinder>;
  /** Reads the inputs that have no binder. */
  readonly inputs?: InputReader | undefined;
}

/** The context of an invocation, and the library's InvocationContext once it exists, which log hooks receive. */
interface CoreContext extends CoreInvocationContext {
  userContext: object | undefined;
}

/** Calls functions as the Node worker does: hooks, arguments, handler, result. One per host. */
export class Invoker {
  readonly #parts: InvokerParts;
  readonly #preHooks: readonly HookCallback[];
  readonly #postHooks: readonly HookCallback[];
  /** Known after the first call, if the library is known. */
  #contextClass: LightContextClass | undefined;

  constructor(parts: InvokerParts) {
    this.#parts = parts;
    this.#preHooks = parts.app.hooks("preInvocation");
    this.#postHooks = parts.app.hooks("postInvocation");
  }

  /** Never rejects because of app code. */
  async invoke(fn: AppFunction, invocation: Invocation): Promise<InvocationOutcome> {
    const request = this.#request(fn, invocation);
    const core: CoreContext = {
      invocationId: request.invocationId,
      request,
      metadata: fn.metadata,
      state: undefined,
      userContext: undefined,
      log: (level, category, message) => this.#write(core, level, category, message),
    };
    this.#debug(core, `Worker received FunctionInvocationRequest with invocationId ${core.invocationId}`);
    try {
      const toRead = fn.extraInputs.filter((input) => this.#parts.inputs?.reads(input));
      if (toRead.length > 0) request.inputData.push(...(await this.#readInputs(fn, toRead, invocation)));
      const model = await this.#modelFor(fn, core);
      const { context, inputs } = await model.getArguments();
      // The SDK's compiled code keeps contexts alive until a full garbage collection: at least without the input's text.
      if (model instanceof DurableInvocation) request.inputData.length = 0;
      if (isKnown(this.#parts.model)) this.#contextClass ??= lightContextClass(context);
      core.userContext = context;
      if (invocation.triggerMetadata !== undefined) defineLazily(context, invocation.triggerMetadata);
      const result =
        this.#preHooks.length === 0 && this.#postHooks.length === 0
          ? await this.#call(core, model, context, inputs, fn.callback)
          : await this.#callBetweenHooks(core, model, context, inputs, fn.callback);
      const response = await model.getResponse(context, result);
      return { ok: true, response, answered: result !== undefined && result !== null };
    } catch (thrown) {
      const failed = failureOf(thrown);
      this.#write(core, "error", "system", failureText(fn, failed));
      return failed;
    }
  }

  #modelFor(fn: AppFunction, core: CoreContext): MaybePromise<InvocationModel> {
    return this.#contextClass !== undefined && isPlainDurable(fn)
      ? new DurableInvocation(core, fn, this.#contextClass)
      : this.#parts.model.getInvocationModel(core);
  }

  #readInputs(
    fn: AppFunction,
    inputs: readonly NamedBinding[],
    { bindingData }: Invocation,
  ): Promise<NamedData[]> {
    const data = bindingData?.() ?? {};
    return Promise.all(
      inputs.map(async (input) => ({
        name: input.name,
        data: await this.#parts.inputs?.read(fn, input, data),
      })),
    );
  }

  #request(fn: AppFunction, invocation: Invocation): OpenRequest {
    const invocationId = invocation.invocationId ?? randomUUID();
    const inputData: NamedData[] = [{ name: fn.trigger.name, data: invocation.trigger }];
    for (const { name, binding } of fn.extraInputs) {
      const bind = this.#parts.binders.get(binding.type.toLowerCase());
      if (bind !== undefined) inputData.push({ name, data: bind(fn) });
    }
    return {
      invocationId,
      functionId: fn.id,
      inputData,
      triggerMetadata: invocation.rpcMetadata,
      traceContext: traceContext(invocation.traceParent),
      retryContext: invocation.retry,
    };
  }

  async #call(
    core: CoreContext,
    model: InvocationModel,
    context: object,
    inputs: readonly unknown[],
    callback: FunctionCallback,
  ): Promise<unknown> {
    core.state = "invocation";
    try {
      return await model.invokeFunction(context, inputs, callback);
    } catch (error) {
      // To the worker, a thrown null or undefined means "no error".
      if (error === null || error === undefined) return undefined;
      throw error;
    }
  }

  async #callBetweenHooks(
    core: CoreContext,
    model: InvocationModel,
    invocationContext: object,
    inputs: unknown[],
    functionCallback: FunctionCallback,
  ): Promise<unknown> {
    const shared = { hookData: {}, appHookData: this.#parts.app.appHookData, invocationContext };
    const before = { ...shared, functionCallback, inputs };
    core.state = "preInvocationHooks";
    await this.#runHooks("preInvocation", this.#preHooks, before, core);
    // Null until there is a result, as in the worker: a hook may compare with null.
    let result: unknown = null;
    let error: unknown = null;
    core.state = "invocation";
    try {
      result = await model.invokeFunction(invocationContext, before.inputs, before.functionCallback);
    } catch (thrown) {
      error = thrown;
    }
    const after = { ...shared, inputs: before.inputs, result, error };
    core.state = "postInvocationHooks";
    try {
      await this.#runHooks("postInvocation", this.#postHooks, after, core);
    } finally {
      // From here on, log calls are too late, and the library warns about them.
      core.state = undefined;
    }
    if (after.error === null || after.error === undefined) return after.result;
    // eslint-disable-next-line typescript/only-throw-error -- the app's thrown value is passed on unchanged
    throw after.error;
  }

  async #runHooks(
    name: HookName,
    hooks: readonly HookCallback[],
    context: Record<string, unknown>,
    core: CoreContext,
  ): Promise<void> {
    if (hooks.length === 0) return;
    this.#debug(core, `Executing ${hooks.length} "${name}" hooks`);
    for (const hook of hooks) await hook(context);
    this.#debug(core, `Executed "${name}" hooks`);
  }

  /** The worker's own messages: log hooks get them, the host's log does not. */
  #debug(core: CoreContext, message: string): void {
    const hooks = this.#parts.app.hooks("log");
    if (hooks.length > 0) this.#runLogHooks(hooks, core, "system", { level: "debug", message });
  }

  #write(core: CoreContext, level: LogLevel, category: LogCategory, message: string): void {
    const entry = { level, message };
    const hooks = this.#parts.app.hooks("log");
    if (hooks.length > 0) this.#runLogHooks(hooks, core, category, entry);
    this.#parts.log({
      time: this.#parts.now(),
      level: entry.level,
      category,
      functionName: core.metadata.name,
      invocationId: core.invocationId,
      message: entry.message,
    });
  }

  #runLogHooks(
    hooks: readonly HookCallback[],
    core: CoreContext,
    category: LogCategory,
    entry: { level: LogLevel; message: string },
  ): void {
    const context = {
      level: entry.level,
      message: entry.message,
      category,
      hookData: {},
      appHookData: this.#parts.app.appHookData,
      invocationContext: core.userContext,
    };
    try {
      for (const hook of hooks) hook(context);
    } catch {
      // The worker ignores errors of log hooks: a log line must not fail an invocation.
    }
    if (category === "user") {
      entry.level = context.level;
      entry.message = context.message;
    }
  }
}

function traceContext(traceParent: string | undefined): InvocationRequest["traceContext"] {
  return traceParent === undefined ? undefined : { traceParent, traceState: "", attributes: {} };
}

/** Not enumerable, so that neither copies nor logs of a context show it. */
const MAKE = Symbol("makes triggerMetadata");
interface LazyContext {
  [MAKE]: () => unknown;
}
const KEPT = { configurable: true, enumerable: true };
/** The same functions for all contexts: a function of its own would give each context a hidden class of its own. */
const TRIGGER_METADATA: PropertyDescriptor & ThisType<LazyContext> = {
  ...KEPT,
  get() {
    const value = this[MAKE]();
    setTriggerMetadata(this, value);
    return value;
  },
  set(value: unknown) {
    setTriggerMetadata(this, value);
  },
};

function defineLazily(context: object, make: () => unknown): void {
  Object.defineProperty(context, MAKE, { value: make });
  Object.defineProperty(context, "triggerMetadata", TRIGGER_METADATA);
}

function setTriggerMetadata(context: object, value: unknown): void {
  Object.defineProperty(context, "triggerMetadata", { ...KEPT, writable: true, value });
}
