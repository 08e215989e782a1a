import type { Mail } from "../../src/services/mail-outbox.ts";
import type { Storage } from "../../src/storage/storage.ts";

const AS_MANY_AS_A_QUEUE_GIVES = 32;

/** A mail, and when it was put into the outbox. */
export interface ReceivedMail {
  readonly mail: Mail;
  readonly sentAt: Date;
}

/** A receiver of the shop's mail: it takes mails from the outbox and keeps all of them. */
export class Mailbox {
  readonly #storage: Storage;
  readonly #received: ReceivedMail[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** All mails so far whose message id has this prefix, in the order in which they were sent. */
  async mails(messageIdPrefix = ""): Promise<Mail[]> {
    return (await this.received())
      .map(({ mail }) => mail)
      .filter(({ messageId }) => messageId.startsWith(messageIdPrefix));
  }

  /** All mails so far. */
  async received(): Promise<readonly ReceivedMail[]> {
    const outbox = await this.#storage.queue("outbox");
    for (;;) {
      const { receivedMessageItems } = await outbox.receiveMessages({
        numberOfMessages: AS_MANY_AS_A_QUEUE_GIVES,
      });
      if (receivedMessageItems.length === 0) return this.#received;
      for (const { messageId, popReceipt, messageText, insertedOn } of receivedMessageItems) {
        this.#received.push({ mail: JSON.parse(messageText) as Mail, sentAt: insertedOn });
        await outbox.deleteMessage(messageId, popReceipt);
      }
    }
  }
}
