import type { Endpoint } from "../../http/endpoint.ts";
import { fieldProblem, type Problem } from "../../http/problem.ts";
import { readJson } from "../../http/read-body.ts";
import { resourceResponse } from "../../http/resource.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import type { Services } from "../../services/services.ts";
import { formatMoney, type Money } from "../../values.ts";
import {
  INITIAL_PROGRESS,
  refundApproval,
  type RefundProgress,
  type RefundRequest,
  refundRequest,
  type RefundStatus,
} from "./refund.contract.ts";

const path = (id: string) => `/api/refunds/${id}`;

/** Request a refund, and get it. */
export function createRefundEndpoints({ claims, journal, refunds }: Services): Endpoint[] {
  return [
    {
      name: "requestRefund",
      method: "POST",
      route: "refunds",
      async handle(request, call) {
        const content = await readJson(request, refundRequest);
        const origin = refunds.publicUrl ?? new URL(request.url).origin;
        const input = { ...content, deadline: content.deadline ?? refunds.deadline, origin };
        const refusal = async () => whyRefused(content, await journal.leftOf(content.orderId));
        const start = { orchestration: refundApproval, content, input, path, refusal };
        return startOnce(request, call, claims, start);
      },
    },
    {
      name: "getRefund",
      method: "GET",
      route: "refunds/{id}",
      async handle(request, { orchestrations, url }) {
        const refund = await findStarted(request, orchestrations, refundApproval);
        const { decision: _, ...progress }: RefundStatus = refund.status ?? INITIAL_PROGRESS;
        const links = { self: url(path(refund.instanceId)) };
        const view = { progress, result: refund.output, error: failureOf(progress), links };
        return resourceResponse(refund, { kind: "refund", ...view });
      },
    },
  ];
}

/**
 * Refuses what the sales journal would refuse. The step that gives the money back checks again, because days may pass
 * until then.
 */
function whyRefused({ amount }: RefundRequest, left: Money | undefined): Problem | undefined {
  if (!left) return fieldProblem("conflict", "/orderId", NOT_SOLD);
  if (left.currency !== amount.currency) {
    return fieldProblem("conflict", "/amount/currency", `The order was charged in ${left.currency}`);
  }
  if (amount.value <= left.value) return undefined;
  return fieldProblem(
    "conflict",
    "/amount/value",
    `Only ${formatMoney(left)} is left to refund of this order`,
  );
}

const NOT_SOLD =
  "Must be a confirmed order: one that is not confirmed yet, or was undone, has nothing to refund";

/** The error that callers see if a refund fails, which happens after an outage of more than an hour. */
const failureOf = ({ waitingFor }: RefundProgress) =>
  waitingFor !== null
    ? { type: "mailUnavailable", message: `${waitingFor} could not be asked; no money was given back` }
    : {
        type: "paymentUnavailable",
        message: "The money could not be given back; the refund needs manual repair",
      };
