import { QueueServiceClient, type ReceivedMessageItem } from "@azure/storage-queue";
import type { Mail } from "../../src/services/mail-outbox.ts";
import { inParallel } from "../../src/storage/in-parallel.ts";
import { storageOfApp } from "../local-storage.ts";

const AT_A_TIME = 32;
/** If this process dies while it reads, the messages are visible in the queue again after this time. */
const HIDDEN_SECONDS = 5;
const MAX_PAGES = 100;

/**
 * The mails in the outbox of the app at `base`, oldest first, up to 3,200; undefined if the app does not run on this
 * machine or its storage is not found. The mails stay in the queue.
 */
export async function sentMails(base: string): Promise<readonly Mail[] | undefined> {
  const storage = await storageOfApp(base);
  if (!storage) return undefined;
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  const options = { retryOptions: { maxTries: 1 } };
  const service = QueueServiceClient.fromConnectionString(storage, options);
  const outbox = service.getQueueClient(`${prefix}-outbox`);
  // By the mail's id, because a mail can be in the queue twice, and be received again when the time is over.
  const mails = new Map<string, { readonly at: Date; readonly mail: Mail }>();
  const received: ReceivedMessageItem[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const { receivedMessageItems } = await outbox.receiveMessages({
      numberOfMessages: AT_A_TIME,
      visibilityTimeout: HIDDEN_SECONDS,
    });
    for (const { messageText, insertedOn } of receivedMessageItems) {
      const mail = JSON.parse(messageText) as Mail;
      if (!mails.has(mail.messageId)) mails.set(mail.messageId, { at: insertedOn, mail });
    }
    received.push(...receivedMessageItems);
    if (receivedMessageItems.length < AT_A_TIME) break;
  }
  await inParallel(AT_A_TIME, received, ({ messageId, popReceipt }) =>
    outbox.updateMessage(messageId, popReceipt, undefined, 0),
  );
  return [...mails.values()].toSorted((a, b) => +a.at - +b.at).map(({ mail }) => mail);
}
