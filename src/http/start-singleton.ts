import { createHash } from "node:crypto";
import type { OrchestrationContract } from "../durable/orchestration/contract.ts";
import {
  type InstanceStatus,
  isFinal,
  type OrchestrationClient,
} from "../durable/client/orchestration-client.ts";
import { poll } from "../durable/client/poll.ts";
import type { Claims } from "../storage/claims.ts";

/** An orchestration with a single instance, which may run again when it has ended. */
export interface Singleton<Input extends object, Output, Status> {
  readonly orchestration: OrchestrationContract<Input, Output, Status>;
  readonly id: string;
  readonly input: Input;
  /** Returns the part of the input that identifies a run. */
  readonly runOf: (input: Input) => string;
}

/** How long a call waits for another call's start before it starts the instance itself. */
const UNTIL_STARTED = { timeoutMs: 2000, firstPauseMs: 25, longestPauseMs: 1000 };

/**
 * Starts the instance unless it runs. Returns the running instance, or undefined if this call has started it. Of many
 * simultaneous calls exactly one starts the instance: the one that holds the claim on the next run. If its process dies
 * before the start, another call starts the instance after some time.
 */
export async function startSingleton<Input extends object, Output, Status>(
  orchestrations: OrchestrationClient,
  claims: Claims,
  singleton: Singleton<Input, Output, Status>,
): Promise<InstanceStatus<Input, Output, Status> | undefined> {
  const { orchestration, id, input } = singleton;
  const before = await orchestrations.find(orchestration, id);
  if (before && !isFinal(before)) return before;
  // The holder of this claim may start; the key has no other purpose.
  const turn = { scope: id, key: runAfter(before, singleton), fingerprint: "", value: "" };
  const claim = await claims.claim(turn);
  const other = claim.kind === "new" ? undefined : await startedByOther(orchestrations, singleton, before);
  if (other) return other;
  const started = await orchestrations.start(orchestration, id, input);
  return started === "exists" ? orchestrations.find(orchestration, id) : undefined;
}

/** Hashed, because the input of an instance may contain characters that a claim's key may not. */
function runAfter<Input extends object>(
  before: InstanceStatus<Input, unknown, unknown> | undefined,
  { id, runOf }: Singleton<Input, unknown, unknown>,
): string {
  const run = before?.input ? runOf(before.input) : "";
  return createHash("sha256").update(`${id}\n${run}`).digest("hex");
}

async function startedByOther<Input extends object, Output, Status>(
  orchestrations: OrchestrationClient,
  singleton: Singleton<Input, Output, Status>,
  before: InstanceStatus<Input, Output, Status> | undefined,
): Promise<InstanceStatus<Input, Output, Status> | undefined> {
  return poll(async () => {
    const now = await orchestrations.find(singleton.orchestration, singleton.id);
    return now && runAfter(now, singleton) !== runAfter(before, singleton) ? now : undefined;
  }, UNTIL_STARTED);
}
