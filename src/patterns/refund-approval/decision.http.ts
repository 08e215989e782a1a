import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { Call, Endpoint } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { readForm } from "../../http/read-body.ts";
import type { DecisionTokens } from "../../services/decision-tokens.ts";
import type { PaymentProvider } from "../../services/payment-provider.ts";
import { openDecision, recordedDecision, whyClosed } from "./decision.access.ts";
import { decidedPage, decisionProblem, questionPage } from "./decision.page.ts";
import { escalationDecided, refundApproval, refundDecided } from "./refund.contract.ts";
import { decision, decisionQuery } from "./refund.request.ts";

const form = z.strictObject({ decision: decision.shape.choice });
const common = {
  route: "refunds/{id}/decision",
  authLevel: "anonymous",
  query: decisionQuery,
  showProblem: decisionProblem,
} as const;

/** The page that a decision link opens, and the decision itself. Who has the link needs no key. */
export function createDecisionEndpoints(services: {
  payments: PaymentProvider;
  tokens: DecisionTokens;
}): Endpoint[] {
  /** Changes nothing, however often a mail scanner or a browser that looks ahead opens the link. */
  async function showQuestion(request: HttpRequest, { orchestrations }: Call): Promise<HttpResponseInit> {
    const { refund } = await openDecision(request, orchestrations, services.tokens);
    return questionPage(refund, await services.payments.entries(refund.input.orderId));
  }

  async function decide(request: HttpRequest, { orchestrations, log }: Call): Promise<HttpResponseInit> {
    const open = await openDecision(request, orchestrations, services.tokens);
    const { decision: choice } = await readForm(request, form);
    const { instanceId } = open.refund;
    const id = randomUUID();
    log.info("decisionHandedIn", { instanceId, choice, decision: id });
    await orchestrations.raise(instanceId, open.round === 1 ? refundDecided : escalationDecided, {
      id,
      choice,
    });
    const outcome = await recordedDecision(orchestrations, open, id);
    if (outcome !== "refused") return decidedPage(open.refund, choice, outcome === "taken");
    const now = await orchestrations.find(refundApproval, instanceId);
    throw new Problem("conflict", (now && whyClosed(now, open.round)) ?? "This was decided already");
  }

  return [
    { name: "showRefundDecision", method: "GET", ...common, handle: showQuestion },
    { name: "decideRefund", method: "POST", ...common, handle: decide },
  ];
}
