import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { Call, Endpoint } from "../../../http/endpoint.ts";
import { Problem } from "../../../http/problem.ts";
import { readForm } from "../../../http/read-body.ts";
import type { Services } from "../../../services/services.ts";
import { linkProblem } from "../../../signed-links/link-page.ts";
import { linkQuery, openLink, waitUntilEnded, waitUntilRecorded } from "../../../signed-links/signed-link.ts";
import { decision, escalationDecided, refundDecided } from "../refund.contract.ts";
import { decisionLink } from "./decision.link.ts";
import { AREA, decidedPage, questionPage, sentPage } from "./decision.page.ts";

const form = z.strictObject({ decision: decision.shape.choice });
const common = {
  route: "refunds/{id}/decision",
  authLevel: "anonymous",
  query: linkQuery,
  showProblem: linkProblem(AREA),
} as const;

/** The page of a decision link, and the decision itself. The holder of the link needs no key. */
export function createDecisionEndpoints({ payments, decisionLinks }: Services): Endpoint[] {
  /** Has no effect, so that mail scanners and browsers that prefetch links do no harm. */
  async function showQuestion(request: HttpRequest, { orchestrations }: Call): Promise<HttpResponseInit> {
    const { instance: refund } = await openLink(decisionLink, request, orchestrations, decisionLinks);
    return questionPage(refund, await payments.entries(refund.input.orderId));
  }

  async function decide(request: HttpRequest, { orchestrations, log }: Call): Promise<HttpResponseInit> {
    const open = await openLink(decisionLink, request, orchestrations, decisionLinks);
    const { decision: choice } = await readForm(request, form);
    const { instanceId } = open.instance;
    const id = randomUUID();
    log.info("decisionReceived", { instanceId, choice, decision: id });
    const decided = open.round === 1 ? refundDecided : escalationDecided;
    await orchestrations.raise(instanceId, decided, { id, choice });
    const outcome = await waitUntilRecorded(decisionLink, open, orchestrations, id);
    if (outcome === undefined) return sentPage(open.instance);
    // The step that gives the money back checks what is left of the order: only the end tells what was given.
    if (outcome === "taken")
      return decidedPage(await waitUntilEnded(decisionLink, open, orchestrations), choice);
    const now = await orchestrations.find(decisionLink.orchestration, instanceId);
    const closed = now && decisionLink.closedReason(now, open.round);
    throw new Problem("conflict", closed ?? "This refund was already decided");
  }

  return [
    { name: "showRefundDecision", method: "GET", ...common, handle: showQuestion },
    { name: "decideRefund", method: "POST", ...common, handle: decide },
  ];
}
