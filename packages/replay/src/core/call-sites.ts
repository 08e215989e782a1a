import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";

/** A position in the app's sources, mapped with source maps if the build has them. */
export interface SourcePosition {
  /** Relative to the app's folder, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Name of the function, if it has one. */
  readonly function?: string | undefined;
}

/** How a task ended. */
export type Outcome =
  | { readonly kind: "completed"; readonly result: unknown }
  | { readonly kind: "failed"; readonly error: string };

/** The stack frames of the app's code for an action, innermost first, and for the tasks in it. */
export interface ActionSites {
  readonly frames: readonly SourcePosition[];
  /** Undefined while its task has not ended, and for an action without a task. */
  readonly outcome: Outcome | undefined;
  readonly children: readonly ActionSites[];
}

/** The classes of the SDK whose methods are wrapped. */
interface Sdk {
  readonly DurableOrchestrationContext: { readonly prototype: object };
  readonly TaskOrchestrationExecutor: { readonly prototype: object };
}
interface SdkTask {
  readonly actionObj?: object;
  readonly isCompleted?: boolean;
  readonly isFaulted?: boolean;
  readonly result?: unknown;
}
type Method = (this: unknown, ...args: unknown[]) => unknown;

const TASK_METHODS = [
  "callActivity",
  "callActivityWithRetry",
  "callSubOrchestrator",
  "callSubOrchestratorWithRetry",
  "callEntity",
  "callHttp",
  "createTimer",
  "waitForExternalEvent",
  "lock",
] as const;

/** Deep enough for the app's frames and the library's frames between them, which are removed. */
const STACK_DEPTH = 60;

/**
 * Records where orchestrators call the SDK of one app. It wraps methods of the SDK's classes and does not change their
 * behavior.
 */
export class CallSites {
  readonly #folder: string;
  readonly #stacks = new WeakMap<object, string>();
  readonly #tasks = new WeakMap<object, SdkTask>();
  #actions: object[] = [];
  #isRecording = false;

  /** @param folder absolute path of the app; the SDK that this app loads is wrapped */
  constructor(folder: string) {
    this.#folder = folder;
    const sdk = loadSdk(folder);
    if (sdk !== undefined) this.#watch(sdk);
  }

  /** Runs one episode and returns its result with the call sites of its actions, in the order of the actions. */
  async during<T>(
    episode: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly sites: readonly ActionSites[] }> {
    this.#actions = [];
    this.#isRecording = true;
    try {
      const result = await episode();
      return { result, sites: this.#actions.map((action) => this.#sitesOf(action)) };
    } finally {
      this.#isRecording = false;
    }
  }

  #watch({ DurableOrchestrationContext: context, TaskOrchestrationExecutor: executor }: Sdk): void {
    for (const name of TASK_METHODS) {
      wrap(context.prototype, name, (original, self, args) => {
        const task = original.apply(self, args) as SdkTask;
        this.#remember(task);
        return task;
      });
    }
    const watchCompound = (make: (tasks: unknown) => SdkTask) => (tasks: unknown) => {
      const task = make(tasks);
      this.#remember(task);
      return task;
    };
    // The constructor assigns `Task` to each context.
    Object.defineProperty(context.prototype, "Task", {
      configurable: true,
      set(this: object, value: Record<"all" | "any", (tasks: unknown) => SdkTask>) {
        const Task = { all: watchCompound(value.all), any: watchCompound(value.any) };
        Object.defineProperty(this, "Task", {
          value: Task,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      },
    });
    wrap(executor.prototype, "addToActions", (original, self, args) => {
      const [action] = args;
      if (this.#isRecording && typeof action === "object" && action !== null) {
        // Signals and continueAsNew are added when the orchestrator calls them; tasks are added when they are yielded.
        if (!this.#stacks.has(action)) this.#stacks.set(action, stackHere());
        if (!(self as { readonly willContinueAsNew: boolean }).willContinueAsNew) this.#actions.push(action);
      }
      return original.apply(self, args);
    });
  }

  #remember(task: SdkTask): void {
    const { actionObj: action } = task;
    if (!this.#isRecording || action === undefined) return;
    this.#stacks.set(action, stackHere());
    this.#tasks.set(action, task);
  }

  #sitesOf(action: object): ActionSites {
    const { compoundActions = [] } = action as { readonly compoundActions?: readonly object[] };
    return {
      frames: appFrames(this.#stacks.get(action) ?? "", this.#folder),
      outcome: outcomeOf(this.#tasks.get(action)),
      children: compoundActions.map((child) => this.#sitesOf(child)),
    };
  }
}

function outcomeOf(task: SdkTask | undefined): Outcome | undefined {
  if (task === undefined) return undefined;
  const { isCompleted, isFaulted, result } = task;
  if (isFaulted === true) {
    return { kind: "failed", error: result instanceof Error ? result.message : String(result) };
  }
  return isCompleted === true ? { kind: "completed", result } : undefined;
}

const watched = new Map<string, CallSites>();

/** One object per app, because the SDK's methods stay wrapped. @param folder absolute path */
export function callSites(folder: string): CallSites {
  let sites = watched.get(folder);
  if (sites === undefined) watched.set(folder, (sites = new CallSites(folder)));
  return sites;
}

function wrap(
  prototype: object,
  name: string,
  replacement: (original: Method, self: unknown, args: unknown[]) => unknown,
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== "function") return;
  const method = function (this: unknown, ...args: unknown[]): unknown {
    return replacement(original as Method, this, args);
  };
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
}

/** Loads the same modules as the app; undefined for an SDK with another file structure. */
function loadSdk(folder: string): Sdk | undefined {
  const require = createRequire(path.join(folder, "package.json"));
  try {
    const orchestrations = path.join(path.dirname(require.resolve("durable-functions")), "orchestrations");
    return {
      ...(require(path.join(orchestrations, "DurableOrchestrationContext.js")) as object),
      ...(require(path.join(orchestrations, "TaskOrchestrationExecutor.js")) as object),
    } as Sdk;
  } catch {
    return undefined;
  }
}

function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  try {
    return new Error("call").stack ?? "";
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const FRAME =
  /^\s+at (?:async )?(?:(?<name>.+?) \()?(?<file>(?:file:\/\/)?[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/;

/** Where a workspace links the packages, they are in the app's folder and not in `node_modules`. */
const OWN_FOLDERS = [
  path.resolve(import.meta.dirname, "../.."),
  path.dirname(createRequire(import.meta.url).resolve("durable-local-host/package.json")),
];

/** The frames in the app's folder, without those of installed packages and of this tool. */
export function appFrames(stack: string, folder: string): SourcePosition[] {
  return stack.split("\n").flatMap((line) => {
    const { name, file = "", line: row, column } = FRAME.exec(line)?.groups ?? {};
    if (file === "" || file.startsWith("node:")) return [];
    const absolute = pathOf(file, folder);
    if (absolute === undefined || !path.isAbsolute(absolute)) return [];
    // An app may itself be in a folder of this tool, as the apps of its tests are.
    if (OWN_FOLDERS.some((own) => isWithin(absolute, own) && !isWithin(folder, own))) return [];
    const relative = path.relative(folder, absolute);
    if (!isWithin(absolute, folder) || relative.includes("node_modules")) return [];
    const shown = { file: relative.split(path.sep).join("/"), line: Number(row), column: Number(column) };
    return [name === undefined || name.includes("<anonymous>") ? shown : { ...shown, function: name }];
  });
}

/** Undefined for a source that is in no file of this machine. Source maps may contain anything. */
function pathOf(source: string, folder: string): string | undefined {
  if (source.startsWith("webpack:")) return bundledPath(source, folder);
  if (!source.startsWith("file:")) return source;
  try {
    return fileURLToPath(source);
  } catch {
    return undefined;
  }
}

/** Bundlers name sources `webpack://<name>/./src/order.ts` or `webpack:///src/order.ts`; libraries are bundles, too. */
function bundledPath(source: string, folder: string): string | undefined {
  const parts = source
    .slice("webpack:".length)
    .split(/[\\/]+/)
    .filter((part) => part !== "" && part !== ".");
  const candidates = [parts, parts.slice(1)].map((relative) => path.join(folder, ...relative));
  return candidates.find((file) => isWithin(file, folder) && existsSync(file));
}

function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}
