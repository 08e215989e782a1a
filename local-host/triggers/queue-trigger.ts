import { setTimeout as sleep } from "node:timers/promises";
import type { DequeuedMessageItem, QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { AppFunction } from "../app/app-function.ts";
import type { QueueSettings } from "../app/host-settings.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { FunctionCalls } from "./function-call.ts";
import { decodeMessage, encodeMessage, messageMetadata } from "./queue-message.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { storageErrorText } from "./storage-error.ts";
import type { ListenerLog, TriggerListener } from "./trigger-listener.ts";

/** The wait after an empty poll starts here and doubles up to `maxPollingInterval`. */
const SHORTEST_POLL_MS = 100;
/** How long a message stays hidden while its function runs; renewed half-way. */
const LEASE_S = 600;
const MILLISECONDS = 1000;

/**
 * Calls one function for every message of a storage queue. A message whose function fails comes back after
 * `visibilityTimeout`; after `maxDequeueCount` tries it goes to `<queue>-poison`, without another one if it has had more.
 */
export class QueueTrigger implements TriggerListener {
  readonly #fn: AppFunction;
  readonly #queueName: string;
  readonly #calls: FunctionCalls;
  readonly #connections: StorageConnections;
  readonly #settings: QueueSettings;
  readonly #log: ListenerLog;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #polling: Promise<void> = Promise.resolve();
  /** Why the last poll failed; told once, not at every poll. */
  #fault: string | undefined;

  /** @throws {AppError} when the queue's name refers to a setting that is missing */
  constructor(parts: {
    readonly fn: AppFunction;
    readonly app: LoadedApp;
    readonly calls: FunctionCalls;
    readonly connections: StorageConnections;
    readonly log: ListenerLog;
  }) {
    this.#fn = parts.fn;
    this.#calls = parts.calls;
    this.#connections = parts.connections;
    this.#queueName = parts.app.environment.resolve(parts.fn.trigger.binding.queueName ?? "");
    this.#settings = parts.app.settings.queues;
    this.#log = parts.log;
  }

  start(): void {
    this.#polling = this.#poll().catch((error: unknown) =>
      this.#log(this.#fn, "error", storageErrorText(error)),
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#running);
  }

  // Storage has its own time: what is polled, and how long a message stays hidden, does not follow the app's clock.
  async #poll(): Promise<void> {
    const service = await this.#connections.queues(this.#fn.trigger.binding.connection);
    const queue = service.getQueueClient(this.#queueName);
    const { signal } = this.#stopping;
    let wait = SHORTEST_POLL_MS;
    while (!signal.aborted) {
      const messages = await this.#receive(queue);
      for (const message of messages) this.#take(service, queue, message);
      wait = messages.length > 0 ? SHORTEST_POLL_MS : Math.min(wait * 2, this.#settings.maxPollingIntervalMs);
      if (messages.length === 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
      while (this.#running.size > this.#settings.newBatchThreshold) await Promise.race(this.#running);
    }
  }

  async #receive(queue: QueueClient): Promise<readonly DequeuedMessageItem[]> {
    try {
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: this.#settings.batchSize,
        visibilityTimeout: LEASE_S,
        abortSignal: this.#stopping.signal,
      });
      this.#fault = undefined;
      return receivedMessageItems;
    } catch (error) {
      // A queue that does not exist yet is no mistake: whoever writes the first message creates it.
      if (!this.#stopping.signal.aborted && !isNotFound(error)) this.#tellFault(queue.name, error);
      return [];
    }
  }

  #tellFault(queueName: string, error: unknown): void {
    const fault = storageErrorText(error);
    if (fault !== this.#fault) {
      this.#log(this.#fn, "warning", `Queue "${queueName}" cannot be read: ${fault}`);
    }
    this.#fault = fault;
  }

  #take(service: QueueServiceClient, queue: QueueClient, message: DequeuedMessageItem): void {
    const handled = this.#handle(service, queue, message)
      .catch((error: unknown) => this.#log(this.#fn, "error", storageErrorText(error)))
      .finally(() => this.#running.delete(handled));
    this.#running.add(handled);
  }

  async #handle(
    service: QueueServiceClient,
    queue: QueueClient,
    message: DequeuedMessageItem,
  ): Promise<void> {
    const text = decodeMessage(message.messageText, this.#settings.messageEncoding);
    const lease = new MessageLease(queue, message);
    const triesLeft = this.#settings.maxDequeueCount - message.dequeueCount;
    // Its last try may have ended with the host, before the message could be moved.
    const mayRun = text !== undefined && triesLeft >= 0;
    const succeeded = mayRun && (await this.#call(text, message, lease));
    lease.end();
    if (!succeeded) {
      if (text !== undefined && triesLeft > 0) {
        await lease.giveBack(this.#settings.visibilityTimeoutMs / MILLISECONDS);
        return;
      }
      await this.#moveToPoison(service, queue, message, text);
    }
    await lease.delete();
  }

  async #call(text: string, message: DequeuedMessageItem, lease: MessageLease): Promise<boolean> {
    lease.keep();
    const outcome = await this.#calls.call(this.#fn, { string: text }, messageMetadata(message, text));
    return outcome.ok;
  }

  async #moveToPoison(
    service: QueueServiceClient,
    queue: QueueClient,
    message: DequeuedMessageItem,
    text: string | undefined,
  ): Promise<void> {
    const poison = service.getQueueClient(`${queue.name}-poison`);
    await poison.createIfNotExists();
    await poison.sendMessage(
      text === undefined ? message.messageText : encodeMessage(text, this.#settings.messageEncoding),
    );
    const why = text === undefined ? "is not base64" : `was tried ${this.#settings.maxDequeueCount} times`;
    this.#log(this.#fn, "warning", `Message ${message.messageId} ${why} and was moved to ${poison.name}.`);
  }
}

/** Keeps a message hidden for as long as its function runs. */
class MessageLease {
  readonly #queue: QueueClient;
  readonly #id: string;
  #receipt: string;
  #renewal: NodeJS.Timeout | undefined;

  constructor(queue: QueueClient, { messageId, popReceipt }: DequeuedMessageItem) {
    this.#queue = queue;
    this.#id = messageId;
    this.#receipt = popReceipt;
  }

  keep(): void {
    const renew = (): void => void this.giveBack(LEASE_S).catch(() => undefined);
    this.#renewal = setInterval(renew, (LEASE_S * MILLISECONDS) / 2);
  }

  end(): void {
    clearInterval(this.#renewal);
  }

  /** Makes the message visible again after so many seconds. */
  async giveBack(seconds: number): Promise<void> {
    const updated = await this.#queue.updateMessage(this.#id, this.#receipt, undefined, seconds);
    this.#receipt = updated.popReceipt ?? this.#receipt;
  }

  async delete(): Promise<void> {
    await this.#queue.deleteMessage(this.#id, this.#receipt);
  }
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 404;
}
