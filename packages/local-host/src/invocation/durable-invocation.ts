import { format } from "node:util";
import type { AppFunction } from "../app/app-function.ts";
import type { TypedData } from "../app/typed-data.ts";
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationModel,
  InvocationResponse,
  ProgrammingModel,
} from "../app/worker-types.ts";
import type { LightContextClass } from "./light-context.ts";
import { fromTypedData } from "./trigger-metadata.ts";

/** Versions of the library whose invocations are known; a test compares them with those of this class. */
const KNOWN_VERSION = /^4\.16\./;
const DURABLE_TRIGGERS = new Set(["orchestrationtrigger", "activitytrigger", "entitytrigger"]);

export function isKnown({ name, version }: ProgrammingModel): boolean {
  return name === "@azure/functions" && KNOWN_VERSION.test(version);
}

/** Whether a function has a durable trigger and no other binding. */
export function isPlainDurable({ metadata, triggerType }: AppFunction): boolean {
  return DURABLE_TRIGGERS.has(triggerType) && Object.keys(metadata.bindings).length === 1;
}

/**
 * The library's `InvocationModel` for durable functions without other bindings. The library keeps nine private fields
 * of each invocation in WeakMaps (see {@link LightContextClass}).
 */
export class DurableInvocation implements InvocationModel {
  readonly #core: CoreInvocationContext;
  readonly #function: AppFunction;
  readonly #contextClass: LightContextClass;
  #isDone = false;

  constructor(core: CoreInvocationContext, fn: AppFunction, contextClass: LightContextClass) {
    this.#core = core;
    this.#function = fn;
    this.#contextClass = contextClass;
  }

  getArguments(): { readonly context: object; readonly inputs: unknown[] } {
    const { invocationId, request } = this.#core;
    const { name, binding } = this.#function.trigger;
    const context = new this.#contextClass({
      invocationId,
      functionName: this.#function.name,
      traceContext: request.traceContext,
      // A new object for each call, because the function may change it.
      trigger: { ...binding, name },
      log: (level, args) => this.#log(level, args),
    });
    return { context, inputs: [fromTypedData(request.inputData[0]?.data)] };
  }

  async invokeFunction(
    context: object,
    inputs: readonly unknown[],
    callback: FunctionCallback,
  ): Promise<unknown> {
    try {
      return await callback(...inputs, context);
    } finally {
      this.#isDone = true;
    }
  }

  getResponse(_context: object, result: unknown): InvocationResponse {
    return { returnValue: toTypedData(result), outputData: [] };
  }

  #log(level: Parameters<CoreInvocationContext["log"]>[0], args: readonly unknown[]): void {
    const { invocationId, state } = this.#core;
    if (this.#isDone && state !== "postInvocationHooks") {
      this.#core.log(
        "warning",
        "system",
        "Warning: Unexpected call to 'log' on the context object after function execution has completed. " +
          "Please check for asynchronous calls that are not awaited. " +
          `Function name: ${this.#function.name}. Invocation Id: ${invocationId}.`,
      );
    }
    this.#core.log(level, "user", format(...args));
  }
}

function toTypedData(result: unknown): TypedData | null | undefined {
  if (result === null || result === undefined) return result;
  if (typeof result === "string") return { string: result };
  if (typeof result === "number") return Number.isInteger(result) ? { int: result } : { double: result };
  if (Buffer.isBuffer(result)) return { bytes: result };
  if (ArrayBuffer.isView(result)) {
    return { bytes: new Uint8Array(result.buffer, result.byteOffset, result.byteLength) };
  }
  if (result instanceof ArrayBuffer) return { bytes: new Uint8Array(result) };
  return { json: JSON.stringify(result) };
}
