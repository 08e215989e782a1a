import type { QueueClient } from "@azure/storage-queue";
import type { AppFunction } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { BlobCalls } from "./blob-calls.ts";
import { BlobReceipts, functionId, hostId } from "./blob-receipts.ts";
import type { BlobVersion } from "./blob-receipts.ts";
import { BlobScanner, quoted } from "./blob-scanner.ts";
import { encodeMessage } from "./queue-message.ts";
import { QueuePump } from "./queue-pump.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { isNotFound } from "./storage-error.ts";
import type { ListenerLog, TriggerListener } from "./trigger-listener.ts";

const POISON_QUEUE = "webjobs-blobtrigger-poison";

interface BlobMessage extends BlobVersion {
  readonly functionId: string;
}

interface Watched {
  readonly fn: AppFunction;
  /** `undefined` if an Event Grid subscription reports new blobs. */
  readonly scanner: BlobScanner | undefined;
}

/**
 * Calls functions for every new version of a blob. As in the Functions host, a version is first put into a queue of the
 * app's storage and gets a receipt. The message in the queue survives this process, is tried up to five times and then
 * moved to `webjobs-blobtrigger-poison`.
 */
export class BlobTriggers implements TriggerListener {
  readonly #calls: BlobCalls;
  readonly #connections: StorageConnections;
  readonly #hostId: string;
  readonly #log: ListenerLog;
  readonly #queueName: string;
  readonly #pump: QueuePump;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: {
    readonly app: LoadedApp;
    readonly calls: BlobCalls;
    readonly connections: StorageConnections;
    readonly log: ListenerLog;
  }) {
    this.#calls = parts.calls;
    this.#connections = parts.connections;
    this.#log = parts.log;
    this.#hostId = hostId(parts.app);
    this.#queueName = `azure-webjobs-blobtrigger-${this.#hostId}`;
    this.#pump = new QueuePump({
      queueName: this.#queueName,
      service: () => parts.connections.queues(undefined),
      settings: parts.app.settings.blobs,
      handle: (text) => this.#handle(parseMessage(text)),
      poisonQueue: (text) => this.#poisonQueue(text),
      log: (level, message) => parts.log({ name: "blob triggers" }, level, message),
    });
  }

  /** @throws {AppError} when the Functions host would refuse the function's path */
  add(fn: AppFunction): void {
    const pattern = this.#calls.pattern(fn);
    const { connection, source } = fn.trigger.binding;
    const scanner = new BlobScanner({
      pattern,
      container: async () =>
        (await this.#connections.blobs(connection)).getContainerClient(pattern.container),
      receipts: new BlobReceipts(this.#hostId, fn, this.#connections),
      passOn: (version) => this.enqueue(fn, version),
      tellFault: (fault) =>
        this.#log(fn, "warning", `Container "${pattern.container}" cannot be watched: ${fault}`),
    });
    const isEventGrid = source?.toLowerCase() === "eventgrid";
    this.#watched.set(functionId(fn), { fn, scanner: isEventGrid ? undefined : scanner });
  }

  get isEmpty(): boolean {
    return this.#watched.size === 0;
  }

  /** The function with this id in messages. */
  find(id: string): AppFunction | undefined {
    return this.#watched.get(id)?.fn;
  }

  start(): void {
    this.#pump.start();
    for (const { scanner } of this.#watched.values()) scanner?.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(async ({ scanner }) => scanner?.stop()));
    await this.#pump.stop();
  }

  /** Stores the call of a function in the queue; it runs soon after. */
  async enqueue(fn: AppFunction, version: BlobVersion): Promise<void> {
    const queue = (await this.#connections.queues(undefined)).getQueueClient(this.#queueName);
    await queue.createIfNotExists();
    await queue.sendMessage(encodeMessage(formatMessage(fn, version), "base64"));
    this.#pump.pollNow();
  }

  async #handle(message: BlobMessage): Promise<boolean> {
    const watched = this.#watched.get(message.functionId);
    if (watched === undefined) {
      const name = message.functionId.replace(/^Host\.Functions\./, "");
      const what = `${message.container}/${message.blob}`;
      this.#log({ name }, "warning", `This blob trigger does not exist any more: ${what} is skipped.`);
      return true;
    }
    try {
      // If the blob was written again, the new version has its own message.
      return await this.#calls.call(watched.fn, message, ({ etag }) => {
        return watched.scanner === undefined || quoted(etag) === message.etag;
      });
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  }

  /** The poison queue is in the blob's account, unless that has no queues. */
  async #poisonQueue(text: string | undefined): Promise<QueueClient> {
    const fn = text === undefined ? undefined : this.find(parseMessage(text).functionId);
    const service = await this.#connections
      .queues(fn?.trigger.binding.connection)
      .catch(() => this.#connections.queues(undefined));
    return service.getQueueClient(POISON_QUEUE);
  }
}

/** With the text and the line breaks of the Functions host, because people read these messages in the poison queue. */
function formatMessage(fn: AppFunction, { container, blob, etag }: BlobVersion): string {
  const message = {
    Type: "BlobTrigger",
    FunctionId: functionId(fn),
    BlobType: "BlockBlob",
    ContainerName: container,
    BlobName: blob,
    ETag: etag,
  };
  return JSON.stringify(message, undefined, 2);
}

function parseMessage(text: string): BlobMessage {
  const message = JSON.parse(text) as Partial<Record<string, string>>;
  return {
    functionId: message["FunctionId"] ?? "",
    container: message["ContainerName"] ?? "",
    blob: message["BlobName"] ?? "",
    etag: message["ETag"] ?? "",
  };
}
