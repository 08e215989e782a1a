import type { FunctionCallback, FunctionMetadata, HookCallback, HookName } from "./worker-types.ts";
import { AppError } from "./app-error.ts";

/** A function as the app registered it, before the host looked at its bindings. */
export interface Registration {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** The registrations of one app with the worker: functions only during startup, hooks at any time. */
export class Registrations {
  readonly #functions = new Map<string, Registration>();
  readonly #hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  #locked = false;

  get functions(): readonly Registration[] {
    return [...this.#functions.values()];
  }

  /** The live list: hooks registered later appear in it. */
  hooks(name: HookName): readonly HookCallback[] {
    return this.#hooks[name];
  }

  /** Ends registration of functions. */
  lock(): void {
    this.#locked = true;
  }

  /** Returns a function that removes the registration. @throws {AppError} after startup, or if the id is in use */
  addFunction(metadata: FunctionMetadata, callback: FunctionCallback): () => void {
    if (this.#locked) throw new AppError("A function can only be registered during app startup.");
    const id = metadata.functionId ?? metadata.name;
    if (this.#functions.has(id)) {
      throw new AppError(`A function with id "${id}" has already been registered.`);
    }
    this.#functions.set(id, { metadata, callback });
    return () => {
      if (!this.#locked) this.#functions.delete(id);
    };
  }

  /** Returns a function that removes the hook. @throws {RangeError} for an unknown hook, as the worker does */
  addHook(name: string, callback: HookCallback): () => void {
    if (!isHookName(name)) throw new RangeError(`Unrecognized hook "${name}"`);
    const list = this.#hooks[name];
    list.push(callback);
    return () => {
      const at = list.indexOf(callback);
      if (at >= 0) list.splice(at, 1);
    };
  }
}

function isHookName(name: string): name is HookName {
  return ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"].includes(name);
}
