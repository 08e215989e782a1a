import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Mail } from "../../src/services/mail-outbox.ts";
import { APPROVE, APPROVE_WHEN_REMINDED, REJECT } from "./processes.ts";

const PAUSE_MS = 300;
const LINK = /https?:\S+\/refunds\/([^/\s]+)\/decision\?token=\S+/;

type Choice = "approve" | "reject";

/** A decision that was accepted. */
export interface Decided {
  readonly choice: Choice;
  /** The approver's address. */
  readonly by: string;
  /** When its sender knew, in epoch milliseconds. */
  readonly at: number;
}

/** What an approver answers to a mail. */
interface Answer extends Pick<Decided, "choice" | "by"> {
  readonly link: string;
}

/** People who read their mail, and decide as their address says. */
export class Approver {
  /** Decisions that were accepted, by refund. */
  readonly decided = new Map<string, Decided>();
  readonly #client: Client;
  readonly #mailbox: Mailbox;
  readonly #answers = new Map<string, Answer>();
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
    const known = this.#answers.get(refundId);
    if (known) await this.#decide(refundId, known);
  }

  async #readMail(): Promise<void> {
    const all = await this.#mailbox.received();
    for (const { mail } of all.slice(this.#read)) {
      const choice = choiceOf(mail);
      const [link, refundId] = LINK.exec(mail.text) ?? [];
      if (!choice || link === undefined || refundId === undefined) continue;
      const answer = { choice, by: mail.to, link };
      this.#answers.set(refundId, answer);
      const deciding = this.#decide(refundId, answer).finally(() => this.#deciding.delete(deciding));
      this.#deciding.add(deciding);
    }
    this.#read = all.length;
  }

  async #decide(refundId: string, { choice, by, link }: Answer): Promise<void> {
    const body = new URLSearchParams({ decision: choice });
    const { status } = await this.#client.insist("POST", link, { body });
    if (status === 200) this.decided.set(refundId, { choice, by, at: Date.now() });
  }
}

function choiceOf({ to, messageId }: Mail): Choice | undefined {
  if (to === APPROVE) return "approve";
  if (to === REJECT) return "reject";
  return to === APPROVE_WHEN_REMINDED && messageId.includes("-remindApprover-") ? "approve" : undefined;
}
