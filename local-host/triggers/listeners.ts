import { messageOf } from "../errors.ts";
import type { AppFunction } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../invocation/function-runner.ts";
import type { FunctionCalls } from "./function-call.ts";
import { OutputBindings } from "./output-bindings.ts";
import { QueueTrigger } from "./queue-trigger.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { TimerTrigger } from "./timer-trigger.ts";
import type { ListenerLog, TriggerListener } from "./trigger-listener.ts";

/** Trigger types that need no listener: HTTP has its server, durable functions have the engine. */
const SERVED_ELSEWHERE: ReadonlySet<string> = new Set([
  "httptrigger",
  "orchestrationtrigger",
  "activitytrigger",
  "entitytrigger",
]);

/** All listeners of an app. */
export class Listeners {
  readonly #listeners: ReadonlyMap<AppFunction, TriggerListener>;

  /** Functions that cannot be listened for, and bindings that will stay empty, are told to `log`. */
  constructor(parts: {
    readonly app: LoadedApp;
    readonly calls: FunctionCalls;
    readonly connections: StorageConnections;
    readonly clock: Clock;
    readonly log: ListenerLog;
  }) {
    const enabled = parts.app.functions.filter((fn) => !fn.disabled);
    for (const fn of enabled) tellUnsupported(fn, parts.log);
    const listeners = new Map<AppFunction, TriggerListener>();
    for (const fn of enabled) {
      const listener = createListener(fn, parts);
      if (listener !== undefined) listeners.set(fn, listener);
    }
    this.#listeners = listeners;
  }

  /** The value that a timer function would get now; `undefined` if its schedule is not kept. */
  timerInfo(fn: AppFunction): TypedData | undefined {
    const listener = this.#listeners.get(fn);
    return listener instanceof TimerTrigger ? listener.info : undefined;
  }

  start(): void {
    for (const listener of this.#listeners.values()) listener.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map((listener) => listener.stop()));
  }
}

function createListener(
  fn: AppFunction,
  { app, calls, connections, clock, log }: ConstructorParameters<typeof Listeners>[0],
): TriggerListener | undefined {
  if (SERVED_ELSEWHERE.has(fn.triggerType)) return undefined;
  try {
    switch (fn.triggerType) {
      case "timertrigger":
        return new TimerTrigger({ fn, calls, clock, environment: app.environment });
      case "queuetrigger":
        return new QueueTrigger({ fn, app, calls, connections, log });
      default:
        log(fn, "warning", `${fn.trigger.binding.type} is not served by the local host.`);
    }
  } catch (error) {
    // The Functions host starts without a function that is wrong, and says so.
    log(fn, "error", messageOf(error));
  }
  return undefined;
}

function tellUnsupported(fn: AppFunction, log: ListenerLog): void {
  for (const { binding } of fn.extraInputs) {
    if (binding.type.toLowerCase() !== "durableclient") {
      log(fn, "warning", `The input binding ${binding.type} stays empty on the local host.`);
    }
  }
  for (const output of fn.outputs) {
    if (!OutputBindings.supports(output)) {
      log(fn, "warning", `The output binding ${output.binding.type} is not written on the local host.`);
    }
  }
}
