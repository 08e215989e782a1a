import type { Mail, MailOutbox } from "../mail-outbox.ts";
import { findRow, insertOnce, type Storage } from "../../storage/storage.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";

/** The mail of the sandbox: JSON messages in the queue `outbox`, and a row for each that was sent. */
export class QueueMailOutbox implements MailOutbox {
  readonly #storage: Storage;
  readonly #faults: FaultInjector;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#faults = new FaultInjector(storage);
  }

  async send(mail: Mail): Promise<void> {
    await this.#faults.strike(faultOf(SANDBOX_FAULTS.mailAddress, mail.to), mail.messageId);
    const mails = await this.#storage.table("mails");
    const row = { partitionKey: mail.messageId, rowKey: "sent" };
    if (await findRow(mails, row.partitionKey, row.rowKey)) return;
    const outbox = await this.#storage.queue("outbox");
    await outbox.sendMessage(JSON.stringify(mail));
    // Row after message: a crash between the two sends the message again, where the other order would lose it.
    // The receiver closes that window by dropping a messageId that it has seen.
    await insertOnce(mails, row);
  }
}
