import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, resource, resourceOf } from "../../openapi/schemas.ts";
import { refundProgress, refundRequest, refundResult } from "./refund.contract.ts";

const refund = resourceOf("Refund", { kind: "refund", progress: refundProgress, result: refundResult });

const tag = "Refunds";
const page = (description: string) => ({ description, contentType: "text/html" });

export const refundDescriptions: Descriptions = {
  requestRefund: {
    tag,
    summary: "Request a refund (human interaction)",
    headers: idempotencyKey,
    body: refundRequest,
    sample: {
      orderId: "",
      amount: { value: 5999, currency: "EUR" },
      reason: "One arrived torn",
      approver: "approver@example.com",
      escalateTo: "second@example.com",
    },
    answers: {
      202: accepted("A small refund is approved immediately; for a larger one an approver is asked"),
    },
    problems: [409],
  },
  getRefund: {
    tag,
    summary: "Get a refund",
    answers: { 200: resource("The refund", refund) },
  },
  showRefundDecision: {
    tag,
    summary: "Show the page of a decision link; this changes nothing",
    answers: { 200: page("The refund, with buttons to approve or reject it") },
    problems: [403, 409],
  },
  decideRefund: {
    tag,
    summary: "Approve or reject a refund: the form of that page",
    bodyTypes: ["application/x-www-form-urlencoded"],
    sample: "decision=approve",
    answers: { 200: page("The decision and what has become of the money, or that it will be recorded soon") },
    problems: [403, 409],
  },
};
