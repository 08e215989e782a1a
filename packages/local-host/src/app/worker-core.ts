import { Module } from "node:module";
import type { Registrations } from "./registrations.ts";
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from "./worker-types.ts";
import { AppError } from "./app-error.ts";

/** Receives log messages that belong to no invocation. */
export type CoreLog = (level: LogLevel, category: LogCategory, message: string) => void;

interface CurrentApp {
  readonly registrations: Registrations;
  readonly log: CoreLog;
}

/** Removes a registration, once. `@azure/functions-core` exports a class of this shape. */
class Disposable {
  #undo: (() => void) | undefined;

  constructor(undo: () => void) {
    this.#undo = undo;
  }

  static from(...disposables: readonly { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    const undo = this.#undo;
    this.#undo = undefined;
    undo?.();
  }
}

/**
 * The result of `require("@azure/functions-core")`. There is one per process, because the library keeps the first one.
 * Registrations belong to the app that is being loaded, else to the last loaded one.
 */
class WorkerCore {
  readonly version = "3.11.0";
  readonly hostVersion = "4.1044.400";
  readonly Disposable = Disposable;
  #model: ProgrammingModel | undefined;
  #app: CurrentApp | undefined;

  /** From now on, registrations belong to this app. */
  serve(app: CurrentApp): void {
    this.#app = app;
  }

  // Arrow functions, because libraries call these members without the object.
  readonly setProgrammingModel = (model: ProgrammingModel): void => {
    this.#model = model;
  };

  readonly getProgrammingModel = (): ProgrammingModel | undefined => this.#model;

  readonly registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback): Disposable =>
    new Disposable(this.#current().addFunction(metadata, callback));

  readonly registerHook = (name: string, callback: HookCallback): Disposable =>
    new Disposable(this.#current().addHook(name, callback));

  readonly log = (level: LogLevel, category: LogCategory, message: string): void => {
    this.#app?.log(level, category, message);
  };

  #current(): Registrations {
    if (this.#app === undefined) throw new AppError("No app is being loaded.");
    return this.#app.registrations;
  }
}

const CORE_MODULE = "@azure/functions-core";

/** Shared by all copies of this module in a process: a test runner may evaluate the module more than once. */
const slot: { [key: symbol]: WorkerCore | undefined } = globalThis;
const SLOT_KEY = Symbol.for("local-host.worker-core");

/** The core of this process; the first call makes `require("@azure/functions-core")` return it. */
export function workerCore(): WorkerCore {
  const existing = slot[SLOT_KEY];
  if (existing !== undefined) return existing;
  const core = new WorkerCore();
  slot[SLOT_KEY] = core;
  const prototype: { require: (id: string) => unknown } = Module.prototype;
  prototype.require = new Proxy(prototype.require, {
    apply: (original, module: Module, args: [id: string]): unknown =>
      args[0] === CORE_MODULE ? core : Reflect.apply(original, module, args),
  });
  return core;
}
