import type { Mail } from "../../src/services/mail-outbox.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** The maximum that a queue returns in one request. */
const MAX_SHOWN = 32;

/**
 * The mails in the outbox, oldest first; they stay there. @throws {Error} if there may be more than one request returns
 */
export async function sentMails(storage: Storage): Promise<Mail[]> {
  const outbox = await storage.queue("outbox");
  const { peekedMessageItems } = await outbox.peekMessages({ numberOfMessages: MAX_SHOWN });
  if (peekedMessageItems.length === MAX_SHOWN) throw new Error("The outbox has more mails than it shows");
  return peekedMessageItems.map(({ messageText }) => JSON.parse(messageText) as Mail);
}
