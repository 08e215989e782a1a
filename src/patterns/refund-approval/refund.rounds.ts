import { isoMilliseconds } from "../../durable/orchestration/duration.ts";
import type { RefundCase } from "./refund.request.ts";

/** One approver's time to decide. Moments as RFC 3339 texts. */
export type Round = {
  number: 1 | 2;
  approver: string;
  remindAt: string[];
  closesAt: string;
};

/** The second approver has a third of the first one's time. */
const SECOND_SHARE = 1 / 3;
/** Timers fire up to one second early on Azure Storage: nobody is to lose the last second of a deadline. */
const GRACE_MS = 1000;

/** The first round, with a reminder after each third of it. It begins now, unless a former run has begun it. */
export function firstRound({ approver, deadline, former }: RefundCase, now: Date): Round {
  const begunAt = former ? new Date(former.begunAt) : now;
  const length = isoMilliseconds(deadline);
  const remindAt = [after(begunAt, length / 3), after(begunAt, (2 * length) / 3)];
  return { number: 1, approver, remindAt, closesAt: after(begunAt, length) };
}

/** The round after an escalation: shorter, and without reminders. */
export function secondRound({ escalateTo, deadline, former }: RefundCase, now: Date): Round {
  const begunAt = former?.escalatedAt ? new Date(former.escalatedAt) : now;
  const closesAt = after(begunAt, isoMilliseconds(deadline) * SECOND_SHARE);
  return { number: 2, approver: escalateTo, remindAt: [], closesAt };
}

/** The moments at which a round's waiting is interrupted: its reminders, then its end. */
export function interruptions({ remindAt, closesAt }: Round): Date[] {
  return [...remindAt.map((moment) => new Date(moment)), new Date(Date.parse(closesAt) + GRACE_MS)];
}

const after = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
