import type { Choice } from "./refund.request.ts";

/** A decision that was taken. */
export type Decision = { id: string; choice: Choice; by: string };

/** Where a refund stands, as callers see it. */
export type RefundProgress = {
  /** The approver whose turn it is, and until when; null if nobody is asked. */
  waitingFor: string | null;
  deadline: string | null;
  remindersSent: number;
  escalated: boolean;
};

/** Custom status of a refund. */
export type RefundStatus = RefundProgress & { decision?: Decision };

export const NOBODY_ASKED: RefundProgress = {
  waitingFor: null,
  deadline: null,
  remindersSent: 0,
  escalated: false,
};

/** The status without what is the process's own business. */
export function progressOf(status: RefundStatus = NOBODY_ASKED): RefundProgress {
  const { waitingFor, deadline, remindersSent, escalated } = status;
  return { waitingFor, deadline, remindersSent, escalated };
}

/** What a caller is told when a refund fails, which takes an outage of more than an hour. */
export function failureOf(status: RefundStatus | undefined): { type: string; message: string } {
  return status?.waitingFor
    ? { type: "mailUnavailable", message: `${status.waitingFor} could not be asked; no money was given back` }
    : { type: "paymentUnavailable", message: "The money could not be given back; look after it" };
}
