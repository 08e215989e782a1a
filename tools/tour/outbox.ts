import { QueueServiceClient } from "@azure/storage-queue";
import { storageOfApp } from "../local-storage.ts";

const AT_A_TIME = 32;
/** After this time, the messages are visible in the queue again. */
const HIDDEN_SECONDS = 1;
const MAX_PAGES = 100;

/**
 * The last mail to this receiver with this text, from the outbox of the app at `base`, if it runs on this machine;
 * undefined if there is none, or if the outbox cannot be reached. The mails stay in the queue.
 */
export async function lastMail(base: string, to: string, text: string): Promise<string | undefined> {
  const storage = await storageOfApp(base);
  if (!storage) return undefined;
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  const options = { retryOptions: { maxTries: 1 } };
  const service = QueueServiceClient.fromConnectionString(storage, options);
  const outbox = service.getQueueClient(`${prefix}-outbox`);
  let last: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { receivedMessageItems } = await outbox.receiveMessages({
      numberOfMessages: AT_A_TIME,
      visibilityTimeout: HIDDEN_SECONDS,
    });
    for (const { messageText } of receivedMessageItems) {
      const mail = JSON.parse(messageText) as { to: string; text: string };
      if (mail.to === to && mail.text.includes(text)) last = mail.text;
    }
    if (receivedMessageItems.length < AT_A_TIME) break;
  }
  return last;
}
