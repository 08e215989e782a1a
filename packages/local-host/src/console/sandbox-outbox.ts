import type { PeekedMessageItem, QueueClient } from "@azure/storage-queue";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { StorageConnections } from "../triggers/storage-connection.ts";

/** A mail that the app has sent in its sandbox. */
export interface ConsoleMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** The setting with the name of the queue into which an app puts the mails of its sandbox, as JSON. */
const SETTING = "DURABLE_CONSOLE_OUTBOX";
/** As many messages as a queue gives at once. */
const PAGE_SIZE = 32;
const MAX_PAGES = 100;
const MAX_MAILS = 5000;
/** A queue shows only its first messages without hiding them; for this time they are hidden from others. */
const HIDDEN_SECONDS = 1;
const TIMEOUT_MS = 10_000;

/** Reads the mails, oldest first. They stay in the queue. */
export type ReadMails = () => Promise<readonly ConsoleMail[]>;

/** Undefined if the app has no such queue. */
export function sandboxOutbox(app: LoadedApp, connections: StorageConnections): ReadMails | undefined {
  const name = app.environment.get(SETTING);
  if (name === undefined || name === "") return undefined;
  // What was read before may be hidden now, also by this reader itself.
  const known = new Map<string, ConsoleMail>();
  let running: Promise<void> | undefined;
  return async () => {
    running ??= connections
      .queues(undefined)
      .then((service) => readInto(known, service.getQueueClient(name)))
      .finally(() => (running = undefined));
    await running;
    return [...known.values()].sort((a, b) => a.sentAt - b.sentAt);
  };
}

async function readInto(known: Map<string, ConsoleMail>, queue: QueueClient): Promise<void> {
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
  if (!(await queue.exists({ abortSignal }))) return;
  const keep = (message: PeekedMessageItem) => {
    const mail = mailOf(message);
    if (mail !== undefined) known.set(message.messageId, mail);
    for (const oldest of known.keys()) if (known.size > MAX_MAILS) known.delete(oldest);
  };
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: PAGE_SIZE, abortSignal });
  peekedMessageItems.forEach(keep);
  let isFull = peekedMessageItems.length === PAGE_SIZE;
  for (let page = 0; isFull && page < MAX_PAGES; page++) {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: PAGE_SIZE,
      visibilityTimeout: HIDDEN_SECONDS,
      abortSignal,
    });
    receivedMessageItems.forEach(keep);
    isFull = receivedMessageItems.length === PAGE_SIZE;
  }
}

/** Undefined if the message is no mail. */
function mailOf({ messageText, insertedOn }: PeekedMessageItem): ConsoleMail | undefined {
  let content: unknown;
  try {
    content = JSON.parse(messageText);
  } catch {
    return undefined;
  }
  if (typeof content !== "object" || content === null) return undefined;
  const { to, subject, text } = content as Readonly<Record<string, unknown>>;
  if (typeof to !== "string" || typeof subject !== "string" || typeof text !== "string") return undefined;
  return { to, subject, text, sentAt: insertedOn.getTime() };
}
