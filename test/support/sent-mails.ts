import type { Mail } from "../../src/services/mail-outbox.ts";
import type { Storage } from "../../src/services/storage.ts";

/** The mails in the outbox, oldest first; they stay there. */
export async function sentMails(storage: Storage): Promise<Mail[]> {
  const outbox = await storage.queue("outbox");
  const { peekedMessageItems } = await outbox.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => JSON.parse(messageText) as Mail);
}
