import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { Approver } from "../../tools/traffic/approver.ts";
import type { Client } from "../../tools/traffic/client.ts";
import type { Mailbox } from "../../tools/traffic/mailbox.ts";
import { APPROVE, APPROVE_WHEN_REMINDED, REJECT } from "../../tools/traffic/processes.ts";

let mails: { mail: { messageId: string; to: string; text: string } }[];
/** Of decisions, in turn; the last one is repeated. */
let answers: number[];
let sent: string[];
let approver: Approver;

beforeEach(() => {
  mails = [];
  answers = [200];
  sent = [];
  const client = {
    insist: async (method: string, link: string, { body }: { body: URLSearchParams }) => {
      sent.push(`${method} ${link} ${body.toString()}`);
      await nextTurn();
      return { status: answers.length > 1 ? answers.shift() : answers[0] };
    },
  } as unknown as Client;
  approver = new Approver(client, { received: async () => mails } as unknown as Mailbox);
});

const linkTo = (refund: string, token = "1") =>
  `https://shop.example/refunds/${refund}/decision?token=${token}`;

function receive(
  to: string,
  refund: string,
  name = "askForDecision-1",
  text = `Decide: ${linkTo(refund)} now`,
) {
  mails.push({ mail: { messageId: `${refund}-${name}`, to, text } });
}

test("each approver decides as its address says, once for each mail", async () => {
  receive(APPROVE, "refund-1");
  receive(REJECT, "refund-2");
  receive("ignore@example.com", "refund-3");
  receive(APPROVE, "order-1", "confirmation", "Your order is confirmed");
  await approver.decideNow();
  await approver.decideNow();
  expect(sent).toEqual([
    `POST ${linkTo("refund-1")} decision=approve`,
    `POST ${linkTo("refund-2")} decision=reject`,
  ]);
  expect([...approver.decided]).toEqual([
    ["refund-1", { choice: "approve", by: APPROVE, at: expect.any(Number) as number }],
    ["refund-2", { choice: "reject", by: REJECT, at: expect.any(Number) as number }],
  ]);
});

test("an approver who is slow decides when reminded", async () => {
  receive(APPROVE_WHEN_REMINDED, "refund-1");
  await approver.decideNow();
  expect(sent).toEqual([]);
  receive(APPROVE_WHEN_REMINDED, "refund-1", "remindApprover-1-1");
  await approver.decideNow();
  expect(sent).toEqual([`POST ${linkTo("refund-1")} decision=approve`]);
});

test("a decision counts if it was accepted, and can be repeated", async () => {
  answers = [409, 200];
  receive(APPROVE, "refund-1");
  await approver.decideNow();
  expect(approver.decided.size).toBe(0);
  await approver.decideAgain("refund-2");
  await approver.decideAgain("refund-1");
  expect(sent).toEqual(Array.from({ length: 2 }, () => `POST ${linkTo("refund-1")} decision=approve`));
  expect([...approver.decided.keys()]).toEqual(["refund-1"]);
});

test("until it is told to stop, an approver reads the mail that comes", async () => {
  const running = approver.run();
  receive(APPROVE, "refund-1");
  await expect.poll(() => approver.decided.size).toBe(1);
  receive(REJECT, "refund-2");
  await expect.poll(() => approver.decided.size).toBe(2);
  approver.stop();
  await running;
});
