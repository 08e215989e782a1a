import { setTimeout as delay } from "node:timers/promises";
import type { HttpRequest } from "@azure/functions";
import {
  type InstanceStatus,
  isFinal,
  type OrchestrationClient,
} from "../../durable/client/orchestration-client.ts";
import { Problem } from "../../http/problem.ts";
import { readQuery } from "../../http/query.ts";
import { statusWord } from "../../http/resource.ts";
import type { DecisionTokens } from "../../services/decision-tokens.ts";
import { refundApproval, type RefundResult } from "./refund.contract.ts";
import type { Decision, RefundStatus } from "./refund.progress.ts";
import { decisionQuery, type RefundCase } from "./refund.request.ts";

export type Refund = InstanceStatus<RefundCase, RefundResult, RefundStatus>;

/** A refund that waits for the holder of a link, and for nobody else. */
export interface OpenDecision {
  readonly refund: Refund;
  readonly round: number;
}

/** How long a decision that was handed in may take to be recorded before its sender is told to come back. */
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * What the link of a request opens. One and the same refusal for a token that was not made here and a refund that
 * does not exist: who has no link learns nothing.
 *
 * @throws {Problem} 400, 403, or 409 if there is nothing to decide any more
 */
export async function openDecision(
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  tokens: DecisionTokens,
): Promise<OpenDecision> {
  const { id = "" } = request.params;
  const right = await tokens.verify(readQuery(request, decisionQuery).token, id);
  const refund = right && (await orchestrations.find(refundApproval, id));
  if (!right || !refund) throw new Problem("forbidden", "This link is not valid. Use the one from your mail");
  const closed = whyClosed(refund, right.round);
  if (closed !== undefined) throw new Problem("conflict", closed);
  if (right.expiresAt.getTime() <= Date.now()) throw new Problem("forbidden", "This link has expired");
  return { refund, round: right.round };
}

/**
 * What became of a decision that was handed in: of several at the same moment the process takes one. Undefined if
 * that is not known within some seconds.
 */
export async function recordedDecision(
  orchestrations: OrchestrationClient,
  { refund, round }: OpenDecision,
  decisionId: string,
): Promise<"taken" | "refused" | undefined> {
  const end = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; performance.now() < end; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const now = await orchestrations.find(refundApproval, refund.instanceId);
    if (now?.status?.decision?.id === decisionId) return "taken";
    if (!now || whyClosed(now, round) !== undefined) return "refused";
    await delay(pause);
  }
  return undefined;
}

/** Why nobody can decide in this round any more; undefined if somebody can. */
export function whyClosed(refund: Refund, round: number): string | undefined {
  const { status, output, runtimeStatus } = refund;
  if (status?.decision) return `This was decided already: ${inThePast(status.decision)}`;
  if (output?.kind === "expired") return "This comes too late: nobody decided in time, so it was rejected";
  if (statusWord(runtimeStatus) === "failed") return "This refund has failed, and is being looked after";
  if (isFinal(refund)) return "This refund was closed without a decision";
  if (statusWord(runtimeStatus) === "suspended") return "This refund is on hold at the moment";
  if (status?.escalated && round === 1) return "This comes too late: somebody else has been asked by now";
  return status?.waitingFor ? undefined : "There is nothing to decide at the moment";
}

const inThePast = ({ choice, by }: Decision) =>
  `${by} has ${choice === "approve" ? "approved" : "rejected"} it`;
