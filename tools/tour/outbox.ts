import { QueueServiceClient } from "@azure/storage-queue";
import { storageOfApp } from "../local-storage.ts";

const AT_A_TIME = 32;
/** Messages looked at are back in the queue after that, for whoever delivers them. */
const HIDDEN_SECONDS = 1;
const MOST_PAGES = 100;

/**
 * The last mail to somebody with this text in it, out of the outbox of the app at `base`, if that runs on this machine;
 * undefined if there is none, or no outbox that can be reached. The mails stay there.
 */
export async function lastMail(base: string, to: string, text: string): Promise<string | undefined> {
  const storage = await storageOfApp(base);
  if (!storage) return undefined;
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  const options = { retryOptions: { maxTries: 1 } };
  const service = QueueServiceClient.fromConnectionString(storage, options);
  const outbox = service.getQueueClient(`${prefix}-outbox`);
  let last: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
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
