import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { refundRequest } from "./refund.request.ts";

const result = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["autoApproved", "approved"]), decidedBy: z.string(), refundId: z.string() }),
  z.object({ kind: z.enum(["rejected", "expired"]), decidedBy: z.string() }),
  z.object({ kind: z.literal("notRefundable"), decidedBy: z.string(), reason: z.string() }),
]);

const refund = resourceOf("Refund", {
  kind: "refund",
  progress: z.object({
    waitingFor: z.string().nullable().describe("The approver whose turn it is"),
    deadline: instant.nullable(),
    remindersSent: z.int(),
    escalated: z.boolean(),
  }),
  result,
});

const tag = "Refunds";
const page = (description: string) => ({ description, contentType: "text/html" });

export const refundDescriptions: Descriptions = {
  requestRefund: {
    tag,
    summary: "Ask for a refund (human interaction)",
    headers: idempotencyKey,
    body: refundRequest,
    answers: { 202: accepted("It is approved at once if it is small, else somebody is asked") },
    problems: [409],
  },
  getRefund: {
    tag,
    summary: "See what becomes of a refund",
    answers: { 200: resource("The refund", refund) },
  },
  showRefundDecision: {
    tag,
    summary: "The page that a decision link opens; it changes nothing",
    answers: { 200: page("The case, and the two choices") },
    problems: [403, 409],
  },
  decideRefund: {
    tag,
    summary: "Decide: the form of that page",
    bodyTypes: ["application/x-www-form-urlencoded"],
    answers: { 200: page("What was decided, or that it will be recorded shortly") },
    problems: [403, 409],
  },
};
