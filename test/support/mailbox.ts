import type { Mail } from "../../src/services/mail-outbox.ts";
import type { Storage } from "../../src/storage/storage.ts";

const AS_MANY_AS_A_QUEUE_GIVES = 32;

/** A receiver of the shop's mail: it takes mails from the outbox and keeps all of them. */
export class Mailbox {
  readonly #storage: Storage;
  readonly #mails: Mail[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** All mails so far whose message id has this prefix, in the order in which they were sent. */
  async mails(messageIdPrefix = ""): Promise<Mail[]> {
    const outbox = await this.#storage.queue("outbox");
    for (;;) {
      const { receivedMessageItems } = await outbox.receiveMessages({
        numberOfMessages: AS_MANY_AS_A_QUEUE_GIVES,
      });
      if (receivedMessageItems.length === 0) break;
      for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
        this.#mails.push(JSON.parse(messageText) as Mail);
        await outbox.deleteMessage(messageId, popReceipt);
      }
    }
    return this.#mails.filter(({ messageId }) => messageId.startsWith(messageIdPrefix));
  }
}
