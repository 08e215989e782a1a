import { createHash } from "node:crypto";
import type { MailOutbox } from "../services/mail-outbox.ts";
import { insertOnce } from "../storage/rows.ts";
import type { Storage } from "../storage/storage.ts";

/** A message that could not be processed in all its attempts. */
export interface PoisonMessage {
  readonly queue: string;
  readonly text: string;
  /** When it arrived in the poison queue; distinguishes messages with the same text. */
  readonly since: string;
  /** The reason, for an operator. */
  readonly reason: string;
}

/** A text property of a table can have 32 K characters; a queue message has up to 64 KB. */
const PART = 30_000;

/** Poison messages as rows of a table, with a mail about each. */
export class TablePoisonMessages {
  readonly #storage: Storage;
  readonly #mail: MailOutbox;
  readonly #mailTo: string;

  constructor(storage: Storage, mail: MailOutbox, mailTo: string) {
    this.#storage = storage;
    this.#mail = mail;
    this.#mailTo = mailTo;
  }

  /** Stores the message and notifies an operator. A repeated call has no effect. */
  async record({ queue, text, since, reason }: PoisonMessage): Promise<void> {
    const key = createHash("sha256").update(`${queue}\n${since}\n${text}`).digest("hex").slice(0, 32);
    const table = await this.#storage.table("poisonMessages");
    await insertOnce(table, {
      partitionKey: queue,
      rowKey: key,
      recordedAt: new Date(),
      reason,
      text: text.slice(0, PART),
      rest: text.slice(PART, 2 * PART),
      restOfRest: text.slice(2 * PART, 3 * PART),
    });
    await this.#mail.send({
      messageId: `poison-${key}`,
      to: this.#mailTo,
      subject: `A message in ${queue} was given up`,
      text: `${reason}. It is kept in the table of poison messages: partition ${queue}, row ${key}.`,
    });
  }
}
