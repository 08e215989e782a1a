import { isoMilliseconds } from "../../src/durable/orchestration/duration.ts";
import type { Decided } from "./approver.ts";
import { endOf, type Ended, invariant, type Invariant, type State } from "./checks.ts";
import type { ReceivedMail } from "./mailbox.ts";
import type { Started } from "./traffic.ts";

/** The mails of a refund that nobody decides, and when they are due, as a part of the first approver's time. */
const COURSE: readonly (readonly [mail: string, to: "approver" | "escalateTo", due: number])[] = [
  ["askForDecision-1", "approver", 0],
  ["remindApprover-1-1", "approver", 1 / 3],
  ["remindApprover-1-2", "approver", 2 / 3],
  ["askForDecision-2", "escalateTo", 1],
];
const MAIL = /^(?<refund>refund-.+)-(?<name>(?:askForDecision|remindApprover)-.+)$/;

/** A queue tells whole seconds, timers may be a second early, and clocks differ a little. */
const TOLERANCE_MS = 2500;

/** Approvers are asked and reminded in turn and in time, until one of them decides. */
export function checkApprovals(
  { started, states, instances, mails }: Pick<Ended, "started" | "states" | "instances" | "mails">,
  decided: ReadonlyMap<string, Decided>,
): Invariant[] {
  const mailsOf = firstCopies(mails);
  const createdAt = new Map(instances.map((each) => [each.id, Date.parse(each.createdAt)]));
  // One that has failed is a fault of its end.
  const refunds = started.filter(
    ({ pattern, id }) => pattern === "refund" && states.get(id)?.status === "completed",
  );
  const recipients: string[] = [];
  const times: string[] = [];
  let compared = 0;
  for (const refund of refunds) {
    const sent = mailsOf.get(refund.id) ?? new Map<string, ReceivedMail>();
    compared += sent.size;
    recipients.push(...wrongRecipients(refund, states.get(refund.id), sent));
    // Virtual time is in the past, and a restarted refund is created again.
    const begun = Math.min(refund.askedAt, createdAt.get(refund.id) ?? -Infinity);
    times.push(...wrongTimes(refund, sent, [begun, decided.get(refund.id)?.at ?? Infinity]));
  }
  return [
    invariant("approvers are asked and reminded until one decides", refunds.length, recipients),
    invariant("no approver is asked or reminded too early, or after the decision", compared, times),
  ];
}

/** By refund and name. Another copy is no second mail: receivers drop an id that they have seen. */
function firstCopies(mails: Ended["mails"]): Map<string, Map<string, ReceivedMail>> {
  const found = new Map<string, Map<string, ReceivedMail>>();
  for (const each of mails.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())) {
    const { refund = "", name = "" } = MAIL.exec(each.mail.messageId)?.groups ?? {};
    const sent = found.get(refund) ?? new Map<string, ReceivedMail>();
    found.set(refund, sent);
    if (!sent.has(name)) sent.set(name, each);
  }
  return found;
}

function wrongRecipients(
  { id, about }: Started,
  state: State | undefined,
  sent: ReadonlyMap<string, ReceivedMail>,
): string[] {
  const by = String(state?.result?.["decidedBy"]);
  const decider = `${id} (${endOf(state)}, ${by})`;
  // The first approver may decide before each reminder.
  const [least, most] = by === "policy" ? [0, 0] : by === about["approver"] ? [1, 3] : [4, 4];
  const names = COURSE.map(([name]) => name).filter((name) => sent.has(name));
  const isInTurn = names.length === sent.size && names.every((name, index) => name === COURSE[index]?.[0]);
  const isRight = isInTurn && names.length >= least && names.length <= most;
  const found = [...sent.keys()].join(", ");
  return [
    ...(isRight ? [] : [`${decider} was mailed: ${found || "nothing"}`]),
    ...COURSE.flatMap(([name, to]) => {
      const address = sent.get(name)?.mail.to;
      return address === undefined || address === about[to]
        ? []
        : [`${decider}: ${name} was mailed to ${address}, not to ${about[to]}`];
    }),
  ];
}

function wrongTimes(
  { id, about }: Started,
  sent: ReadonlyMap<string, ReceivedMail>,
  [begun, decided]: readonly [begun: number, decided: number],
): string[] {
  const length = isoMilliseconds(String(about["deadline"]));
  let before = -Infinity;
  return COURSE.flatMap(([name, , due]) => {
    const at = sent.get(name)?.sentAt.getTime();
    if (at === undefined) return [];
    const isEarly = at < before || at < begun + due * length - TOLERANCE_MS;
    before = at;
    return [
      ...(isEarly ? [`${id}: ${name} was mailed too early`] : []),
      ...(at > decided + TOLERANCE_MS ? [`${id}: ${name} was mailed after the decision`] : []),
    ];
  });
}
