import { messageOf } from "../errors.ts";
import { AppError } from "../app/app-error.ts";
import type { AppFunction } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../app/typed-data.ts";
import { BlobCalls } from "./blob-calls.ts";
import { BlobTriggers } from "./blob-triggers.ts";
import type { FunctionCalls } from "./function-call.ts";
import { QueueTrigger } from "./queue-trigger.ts";
import type { StorageConnections } from "./storage-connection.ts";
import type { StorageKind } from "./storage-libraries.ts";
import { TimerTrigger } from "./timer-trigger.ts";
import type { ListenerLog, TriggerListener } from "./trigger-listener.ts";
import { unservedBindings } from "./unserved-bindings.ts";

interface ListenerParts {
  readonly app: LoadedApp;
  readonly calls: FunctionCalls;
  readonly connections: StorageConnections;
  readonly clock: Clock;
  readonly log: ListenerLog;
}

/** All listeners of an app. */
export class Listeners {
  /** For runs by hand. */
  readonly blobCalls: BlobCalls;
  /** The one listener of all functions with a blob trigger. */
  readonly blobs: BlobTriggers;
  readonly #timers = new Map<AppFunction, TimerTrigger>();
  readonly #queues: QueueTrigger[] = [];

  /** @param parts `log` gets the functions without a listener, and the bindings that will stay empty */
  constructor(parts: ListenerParts) {
    const { app, connections, log } = parts;
    this.blobCalls = new BlobCalls(parts.calls, connections, app.environment);
    this.blobs = new BlobTriggers({ app, calls: this.blobCalls, connections, log });
    const enabled = app.functions.filter((fn) => !fn.disabled);
    for (const { functionNames, message } of unservedBindings(enabled, connections)) {
      log({ name: functionNames.join(", ") }, "warning", message);
    }
    for (const fn of enabled) {
      try {
        this.#listenFor(fn, parts);
      } catch (error) {
        // Like the Functions host, logs a function that is invalid and serves the others.
        log(fn, "error", messageOf(error));
      }
    }
  }

  /** The current trigger value for a timer function; `undefined` if its schedule does not run. */
  timerInfo(fn: AppFunction): TypedData | undefined {
    return this.#timers.get(fn)?.info;
  }

  start(): void {
    for (const listener of this.#all) listener.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((listener) => listener.stop()));
  }

  get #all(): readonly TriggerListener[] {
    return [...this.#timers.values(), ...this.#queues, ...(this.blobs.isEmpty ? [] : [this.blobs])];
  }

  #listenFor(fn: AppFunction, { app, calls, connections, clock, log }: ListenerParts): void {
    switch (fn.triggerType) {
      case "timertrigger":
        this.#timers.set(fn, new TimerTrigger({ fn, calls, clock, environment: app.environment }));
        return;
      case "queuetrigger":
        requireLibraries(connections, "queue");
        this.#queues.push(new QueueTrigger({ fn, app, calls, connections, log }));
        return;
      case "blobtrigger":
        // As in the Functions host, new blobs wait in a queue.
        requireLibraries(connections, "blob", "queue");
        this.blobs.add(fn);
    }
  }
}

/** @throws {AppError} when one is not installed */
function requireLibraries(connections: StorageConnections, ...kinds: readonly StorageKind[]): void {
  const [message] = kinds.flatMap((kind) => connections.missingLibrary(kind) ?? []);
  if (message !== undefined) throw new AppError(message);
}
