import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { Mailbox } from "./mailbox.ts";
import { APPROVE, REJECT } from "./processes.ts";

const PAUSE_MS = 300;
const LINK = /https?:\S+\/refunds\/([^/\s]+)\/decision\?token=\S+/;

/** People who read their mail, and decide as their address says. */
export class Approver {
  /** Decisions that were accepted, by refund. */
  readonly decided = new Map<string, "approve" | "reject">();
  readonly #client: Client;
  readonly #mailbox: Mailbox;
  readonly #links = new Map<string, { link: string; choice: "approve" | "reject" }>();
  readonly #deciding = new Set<Promise<void>>();
  #read = 0;
  #isOn = true;

  constructor(client: Client, mailbox: Mailbox) {
    this.#client = client;
    this.#mailbox = mailbox;
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    while (this.#isOn) {
      await this.#readMail();
      await delay(PAUSE_MS);
    }
    await Promise.all(this.#deciding);
  }

  stop(): void {
    this.#isOn = false;
  }

  /** Reads the mail that is there, and decides. */
  async decideNow(): Promise<void> {
    await this.#readMail();
    await Promise.all(this.#deciding);
  }

  /** People click again if nothing happens: the event of a refund that had just failed with its worker was lost. */
  async decideAgain(refundId: string): Promise<void> {
    const known = this.#links.get(refundId);
    if (known) await this.#decide(refundId, known.link, known.choice);
  }

  async #readMail(): Promise<void> {
    const all = await this.#mailbox.received();
    for (const { mail } of all.slice(this.#read)) {
      const choice = mail.to === APPROVE ? "approve" : mail.to === REJECT ? "reject" : undefined;
      const [link, refundId] = LINK.exec(mail.text) ?? [];
      if (!choice || link === undefined || refundId === undefined) continue;
      this.#links.set(refundId, { link, choice });
      const deciding = this.#decide(refundId, link, choice).finally(() => this.#deciding.delete(deciding));
      this.#deciding.add(deciding);
    }
    this.#read = all.length;
  }

  async #decide(refundId: string, link: string, choice: "approve" | "reject"): Promise<void> {
    const body = new URLSearchParams({ decision: choice });
    const { status } = await this.#client.insist("POST", link, { body });
    if (status === 200) this.decided.set(refundId, choice);
  }
}
