import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { AppFunction } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { FunctionCalls } from "./function-call.ts";
import { messageMetadata } from "./queue-message.ts";
import { QueuePump } from "./queue-pump.ts";
import type { StorageConnections } from "./storage-connection.ts";
import type { ListenerLog, TriggerListener } from "./trigger-listener.ts";

/** Calls one function for every message of a storage queue; those that fail too often go to `<queue>-poison`. */
export class QueueTrigger implements TriggerListener {
  readonly #fn: AppFunction;
  readonly #calls: FunctionCalls;
  readonly #pump: QueuePump;

  /** @throws {AppError} when the queue's name refers to a setting that is missing */
  constructor(parts: {
    readonly fn: AppFunction;
    readonly app: LoadedApp;
    readonly calls: FunctionCalls;
    readonly connections: StorageConnections;
    readonly log: ListenerLog;
  }) {
    const { fn, app, connections, log } = parts;
    const { binding } = fn.trigger;
    this.#fn = fn;
    this.#calls = parts.calls;
    const queueName = app.environment.resolve(binding.queueName ?? "");
    const service = () => connections.queues(binding.connection);
    this.#pump = new QueuePump({
      queueName,
      service,
      settings: app.settings.queues,
      handle: (text, message) => this.#call(text, message),
      poisonQueue: async () => (await service()).getQueueClient(`${queueName}-poison`),
      log: (level, message) => log(fn, level, message),
    });
  }

  start(): void {
    this.#pump.start();
  }

  stop(): Promise<void> {
    return this.#pump.stop();
  }

  async #call(text: string, message: DequeuedMessageItem): Promise<boolean> {
    const outcome = await this.#calls.call(this.#fn, { string: text }, messageMetadata(message, text));
    return outcome.ok;
  }
}
