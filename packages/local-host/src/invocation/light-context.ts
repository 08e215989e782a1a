import type { RpcTraceContext } from "../app/worker-types.ts";

type LogLevel = "information" | "trace" | "debug" | "warning" | "error";

export interface LightContextInit {
  readonly invocationId: string;
  readonly functionName: string;
  readonly traceContext: RpcTraceContext | undefined;
  readonly trigger: object;
  readonly log: (level: LogLevel, args: readonly unknown[]) => void;
}

export type LightContextClass = new (init: LightContextInit) => object;

/**
 * A class whose instances look like those of the library's: same properties and methods, and `instanceof` holds. The
 * library keeps the private fields of a context in WeakMaps, which take longer to fill, and to clean at each garbage
 * collection, than a short activity takes.
 *
 * @param of a context that the library itself has made
 */
export function lightContextClass(of: object): LightContextClass {
  const { extraInputs, extraOutputs } = of as { readonly extraInputs: object; readonly extraOutputs: object };
  const ExtraInputs = namedValues(extraInputs);
  const ExtraOutputs = namedValues(extraOutputs);

  class InvocationContext {
    invocationId: string;
    functionName: string;
    extraInputs = new ExtraInputs();
    extraOutputs = new ExtraOutputs();
    retryContext = undefined;
    traceContext: RpcTraceContext | undefined;
    triggerMetadata = undefined;
    options: object;
    readonly #log: LightContextInit["log"];

    constructor({ invocationId, functionName, traceContext, trigger, log }: LightContextInit) {
      this.invocationId = invocationId;
      this.functionName = functionName;
      this.traceContext = traceContext;
      this.options = { trigger, return: undefined, extraInputs: [], extraOutputs: [] };
      this.#log = log;
    }

    log(...args: readonly unknown[]): void {
      this.#log("information", args);
    }

    trace(...args: readonly unknown[]): void {
      this.#log("trace", args);
    }

    debug(...args: readonly unknown[]): void {
      this.#log("debug", args);
    }

    info(...args: readonly unknown[]): void {
      this.#log("information", args);
    }

    warn(...args: readonly unknown[]): void {
      this.#log("warning", args);
    }

    error(...args: readonly unknown[]): void {
      this.#log("error", args);
    }
  }
  return standingInFor(of, InvocationContext);
}

/** The library's `extraInputs` or `extraOutputs`. */
function namedValues(of: object): new () => object {
  class NamedValues {
    readonly #values: Record<string, unknown> = {};

    get(binding: string | { readonly name: string }): unknown {
      return this.#values[typeof binding === "string" ? binding : binding.name];
    }

    set(binding: string | { readonly name: string }, value: unknown): void {
      this.#values[typeof binding === "string" ? binding : binding.name] = value;
    }
  }
  return standingInFor(of, NamedValues);
}

/** Gives the instances of a class the type of an object of the library. */
function standingInFor<T extends new (...args: never[]) => object>(of: object, light: T): T {
  const { constructor } = of;
  Object.setPrototypeOf(light.prototype, constructor.prototype as object);
  Object.defineProperty(light.prototype, "constructor", { value: constructor });
  return light;
}
