import { expect, test } from "vitest";
import { checkApprovals } from "../../tools/traffic/approval-checks.ts";
import type { Decided } from "../../tools/traffic/approver.ts";
import type { Ended, Invariant, State } from "../../tools/traffic/checks.ts";

const [FIRST, SECOND] = ["first@example.com", "second@example.com"];
const BEGUN = 10_000;
const COURSE = ["askForDecision-1", "remindApprover-1-1", "remindApprover-1-2", "askForDecision-2"];

const mail = (refund: string, name: string, to: string, at: number) => ({
  mail: { messageId: `${refund}-${name}`, to, subject: "", text: "" },
  sentAt: new Date(at),
});

/** The first mails of a refund, whose first approver has nine seconds. */
const mailsOf = (refund: string, most: number) =>
  COURSE.slice(0, most).map((name, index) =>
    mail(refund, name, index < 3 ? FIRST : SECOND, BEGUN + 3000 * index),
  );

const completed = (kind: string, decidedBy: string): State => ({
  status: "completed",
  result: { kind, decidedBy },
});

/** Refunds in which all is right. */
function refunds() {
  return {
    states: new Map<string, State>([
      ["refund-1", completed("approved", FIRST)],
      ["refund-2", completed("rejected", SECOND)],
      ["refund-3", completed("expired", "deadline")],
      ["refund-4", completed("notRefundable", "policy")],
      ["refund-5", { status: "failed", error: { type: "mailUnavailable" } }],
    ]),
    createdAt: new Map(["refund-1", "refund-2", "refund-3", "refund-4"].map((id) => [id, BEGUN + 100])),
    mails: [
      mail("order-1", "confirmation", FIRST, BEGUN),
      ...mailsOf("refund-1", 2),
      ...mailsOf("refund-2", 4),
      ...mailsOf("refund-3", 4),
    ],
    decided: new Map<string, Decided>([
      ["refund-1", { choice: "approve", by: FIRST, at: BEGUN + 3500 }],
      ["refund-2", { choice: "reject", by: SECOND, at: BEGUN + 10_000 }],
    ]),
  };
}
type Refunds = ReturnType<typeof refunds>;

function invariantsOf({ states, createdAt, mails, decided }: Refunds): Invariant[] {
  const about = { approver: FIRST, escalateTo: SECOND, deadline: "PT9S" };
  const started = [...states.keys()].map((id) => ({ id, pattern: "refund", askedAt: BEGUN, about }));
  const instances = [...createdAt].map(([id, at]) => ({ id, createdAt: new Date(at).toISOString() }));
  const ended = { started, states, instances, mails } as unknown as Ended;
  return checkApprovals(ended, decided);
}

/** How many lines each broken invariant has. */
function brokenIn(all: Refunds): Record<string, number> {
  const broken = invariantsOf(all).filter((each) => each.broken.length > 0);
  return Object.fromEntries(broken.map((each) => [each.name, each.broken.length]));
}

const sent = ({ mails }: Refunds, id: string) => {
  const found = mails.find(({ mail }) => mail.messageId === id);
  if (!found) throw new Error(`There is no mail ${id}`);
  return found;
};
const leaveOut = (all: Refunds, id: string) => all.mails.splice(all.mails.indexOf(sent(all, id)), 1);
const send = (all: Refunds, id: string, at: number) => (sent(all, id).sentAt = new Date(at));

test("the processes and mails of refunds are compared, unless a refund has failed", () => {
  expect(invariantsOf(refunds()).map(({ compared }) => compared)).toEqual([4, 10]);
});

test.each<[what: string, change: (refunds: Refunds) => unknown]>([
  ["is as it should be", () => undefined],
  [
    "is the first one, after which the first approver decides",
    (all) => leaveOut(all, "refund-1-remindApprover-1-1"),
  ],
  [
    "is the third one, after which the first approver decides",
    ({ mails, decided }) => {
      mails.push(...mailsOf("refund-1", 3).slice(2));
      decided.set("refund-1", { choice: "approve", by: FIRST, at: BEGUN + 7000 });
    },
  ],
  [
    "is sent again after the decision, by a sender that was killed",
    ({ mails }) => mails.unshift(mail("refund-1", "remindApprover-1-1", FIRST, BEGUN + 20_000)),
  ],
  ["belongs to a refund that was restarted", ({ createdAt }) => createdAt.set("refund-3", BEGUN + 15_000)],
  [
    "belongs to a shop whose virtual time is in the past",
    ({ mails, createdAt }) => {
      for (const id of createdAt.keys()) createdAt.set(id, -86_400_000);
      for (const each of mails) each.sentAt = new Date(BEGUN);
    },
  ],
  [
    "belongs to a refund that was purged",
    ({ mails, createdAt }) => {
      createdAt.clear();
      for (const each of mails) each.sentAt = new Date(BEGUN);
    },
  ],
])("a mail to an approver is right that %s", (_what, change) => {
  const all = refunds();
  change(all);
  expect(brokenIn(all)).toEqual({});
});

const ASKED = "approvers are asked and reminded until one decides";
const IN_TIME = "no approver is asked or reminded too early, or after the decision";

/** Each fault is found by one comparison alone. */
test.each<[invariant: string, fault: string, plant: (refunds: Refunds) => unknown]>([
  [
    ASKED,
    "a refund expires, and the second approver was not asked",
    (all) => leaveOut(all, "refund-3-askForDecision-2"),
  ],
  [ASKED, "a reminder was left out", (all) => leaveOut(all, "refund-3-remindApprover-1-1")],
  [ASKED, "the last reminder was left out", (all) => leaveOut(all, "refund-2-remindApprover-1-2")],
  [ASKED, "an approver decides who was not asked", ({ mails }) => mails.splice(1, 2)],
  [ASKED, "an approver is reminded and not asked", (all) => leaveOut(all, "refund-1-askForDecision-1")],
  [
    ASKED,
    "the second approver is asked, and the first one decides",
    ({ mails, decided }) => {
      mails.push(...mailsOf("refund-1", 4).slice(2));
      decided.set("refund-1", { choice: "approve", by: FIRST, at: BEGUN + 10_000 });
    },
  ],
  [
    ASKED,
    "somebody is asked about a refund within the limit",
    ({ mails }) => mails.push(...mailsOf("refund-4", 1)),
  ],
  [
    ASKED,
    "the second approver is reminded",
    ({ mails }) => mails.push(mail("refund-3", "remindApprover-2-1", SECOND, BEGUN + 10_000)),
  ],
  [
    ASKED,
    "the first approver gets the second question",
    (all) => (sent(all, "refund-3-askForDecision-2").mail.to = FIRST),
  ],
  [ASKED, "somebody else is reminded", (all) => (sent(all, "refund-1-remindApprover-1-1").mail.to = SECOND)],
  [IN_TIME, "a reminder is too early", (all) => send(all, "refund-3-remindApprover-1-2", BEGUN + 3000)],
  [
    IN_TIME,
    "the second approver is asked before the first one's time has passed",
    (all) => send(all, "refund-3-askForDecision-2", BEGUN + 6000),
  ],
  [
    IN_TIME,
    "the second reminder is before the first",
    (all) => send(all, "refund-3-remindApprover-1-1", BEGUN + 7000),
  ],
  [
    IN_TIME,
    "a reminder is after the decision",
    (all) => send(all, "refund-1-remindApprover-1-1", BEGUN + 7000),
  ],
])("%s: %s", (name, _fault, plant) => {
  const all = refunds();
  plant(all);
  expect(brokenIn(all)).toEqual({ [name]: 1 });
});

/** Nine seconds, or a part of them, after the refund began; 2.5 seconds may differ. */
test.each([
  ["refund-3-askForDecision-1", -2500, -1],
  ["refund-3-remindApprover-1-1", 500, -1],
  ["refund-3-remindApprover-1-2", 3500, -1],
  ["refund-3-askForDecision-2", 6500, -1],
  // Decided after 3.5 seconds.
  ["refund-1-remindApprover-1-1", 6000, 1],
])("%s is in time after %i ms, and not %i ms later", (id, bound, more) => {
  const all = refunds();
  send(all, id, BEGUN + bound);
  expect(brokenIn(all)).toEqual({});
  send(all, id, BEGUN + bound + more);
  expect(brokenIn(all)).toEqual({ [IN_TIME]: 1 });
});
