import type { HttpRequest } from "@azure/functions";
import { z } from "zod";
import {
  type InstanceStatus,
  isFinal,
  type OrchestrationClient,
} from "../durable/client/orchestration-client.ts";
import { poll } from "../durable/client/poll.ts";
import type { OrchestrationContract } from "../durable/orchestration/contract.ts";
import { Problem } from "../http/problem.ts";
import { readQuery } from "../http/read-request.ts";
import type { LinkSigner } from "./link-signer.ts";

/** A link in a mail. Its holder can answer a running process without a key. */
export interface SignedLink<Input extends object, Output, Status> {
  readonly orchestration: OrchestrationContract<Input, Output, Status>;
  /** The reason if this round accepts no answer any more; undefined if it does. */
  readonly closedReason: (
    instance: InstanceStatus<Input, Output, Status>,
    round: number,
  ) => string | undefined;
  /** The id of the answer that the process has accepted. */
  readonly takenAnswer: (instance: InstanceStatus<Input, Output, Status>) => string | undefined;
}

/** A process that only the holder of a link may answer. */
export interface OpenLink<Input, Output, Status> {
  readonly instance: InstanceStatus<Input, Output, Status>;
  readonly round: number;
}

/** Query of a link. A missing token is refused like a wrong one. */
export const linkQuery = z.strictObject({
  token: z.string().default("").describe("From the link in the mail"),
});

/**
 * The process of the link in a request. An invalid token and an unknown process get the same refusal, so that it
 * reveals nothing.
 *
 * @throws {Problem} 400, 403, or 409 if no answer is accepted any more
 */
export async function openLink<Input extends object, Output, Status>(
  { orchestration, closedReason }: SignedLink<Input, Output, Status>,
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  signer: LinkSigner,
): Promise<OpenLink<Input, Output, Status>> {
  const { id = "" } = request.params;
  const right = await signer.verify(readQuery(request, linkQuery).token, id);
  const instance = right && (await orchestrations.find(orchestration, id));
  if (!right || !instance)
    throw new Problem("forbidden", "This link is not valid. Use the one from your mail");
  const closed = closedReason(instance, right.round);
  if (closed !== undefined) throw new Problem("conflict", closed);
  if (right.expiresAt.getTime() <= Date.now()) throw new Problem("forbidden", "This link has expired");
  return { instance, round: right.round };
}

/** How long to wait until an answer is recorded. After that, its sender must check later. */
const UNTIL_RECORDED = { timeoutMs: 10_000, firstPauseMs: 50, longestPauseMs: 500 };

/**
 * The outcome of an answer that was sent to the process, which accepts only one of several simultaneous answers.
 * Undefined if it is not known within some seconds.
 */
export async function waitUntilRecorded<Input extends object, Output, Status>(
  { orchestration, closedReason, takenAnswer }: SignedLink<Input, Output, Status>,
  { instance, round }: OpenLink<Input, Output, Status>,
  orchestrations: OrchestrationClient,
  answerId: string,
): Promise<"taken" | "refused" | undefined> {
  return poll(async () => {
    const now = await orchestrations.find(orchestration, instance.instanceId);
    if (now && takenAnswer(now) === answerId) return "taken";
    return !now || closedReason(now, round) !== undefined ? "refused" : undefined;
  }, UNTIL_RECORDED);
}

/** How long the sender of an accepted answer waits for what it leads to. */
const UNTIL_ENDED = { timeoutMs: 5000, firstPauseMs: 50, longestPauseMs: 500 };

/**
 * The process as it has ended; as it was before the answer if it has not ended within some seconds, or if the task hub
 * fails: the answer is recorded already.
 */
export async function waitUntilEnded<Input extends object, Output, Status>(
  { orchestration }: SignedLink<Input, Output, Status>,
  { instance }: OpenLink<Input, Output, Status>,
  orchestrations: OrchestrationClient,
): Promise<InstanceStatus<Input, Output, Status>> {
  const ended = await poll(async () => {
    const now = await orchestrations.find(orchestration, instance.instanceId);
    return now && isFinal(now) ? now : undefined;
  }, UNTIL_ENDED).catch(() => undefined);
  return ended ?? instance;
}
