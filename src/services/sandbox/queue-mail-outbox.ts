import type { Mail, MailOutbox } from "../mail-outbox.ts";
import { findRow, insertOnce } from "../../storage/rows.ts";
import type { Storage } from "../../storage/storage.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";

/** The mail of the sandbox: JSON messages in the queue `outbox`, and a row for each one that was sent. */
export class QueueMailOutbox implements MailOutbox {
  readonly #storage: Storage;
  readonly #faults: FaultInjector;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#faults = new FaultInjector(storage);
  }

  async send(mail: Mail): Promise<void> {
    await this.#faults.throwIfDue(faultOf(SANDBOX_FAULTS.mailAddress, mail.to), mail.messageId);
    const mails = await this.#storage.table("mails");
    const row = { partitionKey: mail.messageId, rowKey: "sent" };
    if (await findRow(mails, row.partitionKey, row.rowKey)) return;
    const outbox = await this.#storage.queue("outbox");
    await outbox.sendMessage(JSON.stringify(mail));
    // The message first, then the row: after a crash between the two, the message is sent again; the other order would
    // lose it. The receiver ignores a messageId that it has seen.
    await insertOnce(mails, row);
  }
}
