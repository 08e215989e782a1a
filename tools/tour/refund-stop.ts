import { poll } from "../../src/durable/client/poll.ts";
import type { Api, Resource } from "./api.ts";
import { confirmedOrder } from "./confirmed-order.ts";
import { sentMails } from "./outbox.ts";
import type { Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Progress {
  readonly waitingFor: string | null;
  readonly remindersSent: number;
  readonly escalated: boolean;
}

interface Result {
  readonly kind: string;
  readonly decidedBy: string;
  readonly refundId?: string;
}

type Refund = Resource<Progress, Result>;

const APPROVER = "approver@example.com";
const SECOND = "second.approver@example.com";

export const refundStop: Stop = {
  pattern: "Human interaction",
  story:
    "A refund above 50 EUR waits for a person's decision, for up to three days, and costs nothing in the meantime: a\n" +
    "durable timer runs in a race with the decision. Reminders are sent, then a second approver is asked.",
  code: "src/patterns/refund-approval/refund.orchestrator.ts",
  async run(api, screen) {
    const orderId = await confirmedOrder(api);
    const forgotten = await ask(api, { orderId, amount: euros(6000), deadline: "PT3S" });
    await showSmall(api, screen, orderId);
    await showDecision(api, screen, orderId);
    await showDeadline(api, screen, forgotten);
  },
};

const euros = (value: number) => ({ value, currency: "EUR" });

async function ask(api: Api, refund: object): Promise<Refund> {
  return api.post<Refund>("/api/refunds", {
    reason: "One of the two canvases arrived torn",
    approver: APPROVER,
    escalateTo: SECOND,
    ...refund,
  });
}

const watch = (api: Api, refund: Refund, seen?: (refund: Refund) => void) =>
  api.watch<Progress, Result>(refund.links["self"] ?? "", seen);

async function showSmall(api: Api, screen: Screen, orderId: string): Promise<void> {
  const { result } = await watch(api, await ask(api, { orderId, amount: euros(1000) }));
  expectSame("a refund of 10 EUR", result?.kind, "autoApproved");
  screen.good("10 EUR: within the limit, given back immediately");
}

async function showDecision(api: Api, screen: Screen, orderId: string): Promise<void> {
  const refund = await ask(api, { orderId, amount: euros(5999) });
  const link = await linkTo(api.base, APPROVER, refund.id);
  if (!link) {
    screen.dim(
      "  59.99 EUR: waits for a decision. The link is in the outbox queue, which this tour reads locally only",
    );
    return;
  }
  screen.good(`59.99 EUR: ${APPROVER} is asked, by a mail in the outbox with a signed link that works once`);
  const page = await fetch(link);
  expectSame("the page", [page.status, (await page.text()).includes("EUR 59.99")], [200, true]);
  const body = new URLSearchParams({ decision: "approve" });
  const first = await fetch(link, { method: "POST", body });
  const second = await fetch(link, { method: "POST", body });
  expectSame("the decision, then the same again", [first.status, second.status], [200, 409]);
  const { result } = await watch(api, refund);
  expectSame("the refund", [result?.kind, result?.decidedBy], ["approved", APPROVER]);
  screen.good("opened (changes nothing), approved → 200, the money is back; approved again → 409");
  screen.dim(`    refund  ${result?.refundId ?? ""}`);
}

/** The mail is sent by a step that runs after the response to the POST. */
async function linkTo(base: string, approver: string, refundId: string): Promise<string | undefined> {
  return poll(
    async () => {
      const mails = (await sentMails(base).catch(() => undefined)) ?? [];
      const mail = mails.findLast(({ to, text }) => to === approver && text.includes(refundId));
      return /https?:\S+\?token=\S+/.exec(mail?.text ?? "")?.[0];
    },
    { timeoutMs: 5000, firstPauseMs: 50, longestPauseMs: 200 },
  );
}

async function showDeadline(api: Api, screen: Screen, refund: Refund): Promise<void> {
  const { result, progress } = await watch(api, refund, ({ progress: { remindersSent, waitingFor } }) => {
    screen.live(`  60 EUR: waiting for ${waitingFor ?? "nobody"}, ${remindersSent} reminders sent …`);
  });
  const { remindersSent, escalated } = progress;
  expectSame("a refund without a decision", [result?.kind, remindersSent, escalated], ["expired", 2, true]);
  screen.good(
    "60 EUR with three seconds to decide: two reminders, then a second approver, then rejected automatically",
  );
}
