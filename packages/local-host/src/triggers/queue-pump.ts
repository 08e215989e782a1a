import type { DequeuedMessageItem, QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { QueueSettings } from "../app/host-settings.ts";
import type { LogLevel } from "../app/worker-types.ts";
import { Poller } from "./poller.ts";
import { decodeMessage, encodeMessage } from "./queue-message.ts";
import { storageErrorText } from "./storage-error.ts";

/** The wait after an empty poll starts with this value and doubles up to `maxPollingInterval`. */
const SHORTEST_POLL_MS = 100;
/** How long a message stays hidden while it is handled; renewed after half of the time. */
const LEASE_S = 600;
const MILLISECONDS = 1000;
/** How long a host that stops waits for the answer to its last request. */
const STOP_TIMEOUT_MS = 2000;

interface PumpParts {
  readonly queueName: string;
  readonly service: () => Promise<QueueServiceClient>;
  readonly settings: QueueSettings;
  /** Handles one message; after false or a rejection it is retried. */
  readonly handle: (text: string, message: DequeuedMessageItem) => Promise<boolean>;
  /**
   * The queue for a message without further attempts. Its text is `undefined` if it is not in the expected encoding.
   */
  readonly poisonQueue: (text: string | undefined) => Promise<QueueClient>;
  readonly log: (level: LogLevel, message: string) => void;
}

/**
 * Receives the messages of one storage queue. A message that cannot be handled becomes visible again after
 * `visibilityTimeout`. After `maxDequeueCount` attempts it is moved to the poison queue. If it already had more
 * attempts, it is moved without another one.
 */
export class QueuePump {
  readonly #parts: PumpParts;
  readonly #poller: Poller;
  readonly #running = new Set<Promise<void>>();
  readonly #stopTimeout = new AbortController();
  #starting: Promise<void> = Promise.resolve();

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#poller = new Poller({
      look: async (signal) => this.#receive(await this.#queue(), signal),
      shortestPauseMs: SHORTEST_POLL_MS,
      longestPauseMs: parts.settings.maxPollingIntervalMs,
      tellFault: (fault) => parts.log("warning", `Queue "${parts.queueName}" cannot be read: ${fault}`),
    });
  }

  /** Without the setting that leads to the storage, nothing is polled. */
  start(): void {
    this.#starting = this.#queue().then(
      () => this.#poller.start(),
      (error: unknown) => this.#parts.log("error", storageErrorText(error)),
    );
  }

  async stop(): Promise<void> {
    await this.#starting;
    setTimeout(() => this.#stopTimeout.abort(), STOP_TIMEOUT_MS).unref();
    await this.#poller.stop();
    await Promise.all(this.#running);
  }

  /** Polls immediately, because this process has sent a message. */
  pollNow(): void {
    this.#poller.pollNow();
  }

  async #queue(): Promise<QueueClient> {
    const { queueName, service } = this.#parts;
    return (await service()).getQueueClient(queueName);
  }

  /**
   * A request that is canceled may still have taken messages, which then stay hidden for the whole lease. So a host that
   * stops waits for the answer, and gives the messages back.
   */
  async #receive(queue: QueueClient, stopping: AbortSignal): Promise<boolean> {
    const { settings } = this.#parts;
    const { receivedMessageItems: messages } = await queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: LEASE_S,
      abortSignal: this.#stopTimeout.signal,
    });
    if (stopping.aborted) {
      await Promise.all(messages.map((message) => new MessageLease(queue, message).giveBack(0)));
      return false;
    }
    for (const message of messages) this.#take(queue, message);
    while (this.#running.size > settings.newBatchThreshold) await Promise.race(this.#running);
    return messages.length > 0;
  }

  #take(queue: QueueClient, message: DequeuedMessageItem): void {
    const handled = this.#handle(queue, message)
      .catch((error: unknown) => this.#parts.log("error", storageErrorText(error)))
      .finally(() => this.#running.delete(handled));
    this.#running.add(handled);
  }

  async #handle(queue: QueueClient, message: DequeuedMessageItem): Promise<void> {
    const { settings } = this.#parts;
    const text = decodeMessage(message.messageText, settings.messageEncoding);
    const lease = new MessageLease(queue, message);
    const triesLeft = settings.maxDequeueCount - message.dequeueCount;
    // The host may have stopped after the last attempt, before the message was moved.
    const mayRun = text !== undefined && triesLeft >= 0;
    const succeeded = mayRun && (await this.#try(text, message, lease));
    if (!succeeded) {
      if (text !== undefined && triesLeft > 0) {
        await lease.giveBack(settings.visibilityTimeoutMs / MILLISECONDS);
        return;
      }
      await this.#moveToPoison(message, text);
    }
    await lease.delete();
  }

  async #try(text: string, message: DequeuedMessageItem, lease: MessageLease): Promise<boolean> {
    lease.keep();
    try {
      return await this.#parts.handle(text, message);
    } catch (error) {
      this.#parts.log("error", storageErrorText(error));
      return false;
    } finally {
      lease.end();
    }
  }

  async #moveToPoison(message: DequeuedMessageItem, text: string | undefined): Promise<void> {
    const { settings, log, poisonQueue } = this.#parts;
    const poison = await poisonQueue(text);
    await poison.createIfNotExists();
    await poison.sendMessage(
      text === undefined ? message.messageText : encodeMessage(text, settings.messageEncoding),
    );
    const why = text === undefined ? "is not base64" : `had ${settings.maxDequeueCount} attempts`;
    log("warning", `Message ${message.messageId} ${why} and was moved to ${poison.name}.`);
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

  /** Makes the message visible again after this many seconds. */
  async giveBack(seconds: number): Promise<void> {
    const updated = await this.#queue.updateMessage(this.#id, this.#receipt, undefined, seconds);
    this.#receipt = updated.popReceipt ?? this.#receipt;
  }

  async delete(): Promise<void> {
    await this.#queue.deleteMessage(this.#id, this.#receipt);
  }
}
