import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { OrchestrationContract, RootContract } from "../durable/orchestration/contract.ts";
import type { OrchestrationClient } from "../durable/client/orchestration-client.ts";
import { type ClaimRequest, type Claims, isSettled } from "../storage/claims.ts";
import type { Call } from "./endpoint.ts";
import { type RequestIdentity, requestIdentity } from "./idempotency.ts";
import { fieldProblem, type Problem } from "./problem.ts";
import { acceptedResponse } from "./resource.ts";

/** How a POST becomes an orchestration. */
export interface Start<Input extends object> {
  readonly orchestration: RootContract<Input, unknown, unknown>;
  /** First part of the instance id, before the request's own suffix; default: the orchestration's. */
  readonly idPrefix?: string;
  /** The validated body (with path parameters that matter): what makes a repeated request "the same". */
  readonly content: object;
  readonly input: Input;
  /** Path of the resource for an instance id. */
  readonly path: (id: string) => string;
  readonly links?: (id: string) => Readonly<Record<string, string>>;
  /** Why nothing can be started as things stand, if so. A repeated request whose first one was started gets that. */
  readonly refusal?: () => Promise<Problem | undefined>;
}

/** The answer to a start; a repeated request gets the first one's again. */
export interface Accepted extends HttpResponseInit {
  readonly jsonBody: {
    readonly id: string;
    readonly status: "pending";
    readonly links: Readonly<Record<string, string>>;
  };
}

/** How long a repeated request waits for the first one's start before it starts the instance itself. */
const PATIENCE_MS = 2000;

/**
 * Starts an orchestration once per `Idempotency-Key`: answers 202 with the resource's URL. The claim on the key
 * is atomic, which the extension's own check of a running id is not. If a process dies between claim and start,
 * the repeated request starts the instance. Once the instance has been purged, the key is free again.
 *
 * @throws {Problem} 422 if the key was used for another content, or the start's own refusal
 */
export async function startOnce<Input extends object>(
  request: HttpRequest,
  { orchestrations, url }: Pick<Call, "orchestrations" | "url">,
  claims: Claims,
  start: Start<Input>,
): Promise<Accepted> {
  const identity = requestIdentity(request, start.idPrefix ?? start.orchestration.idPrefix, start.content);
  const id = await startClaimed(orchestrations, claims, start, identity);
  const self = url(start.path(id));
  return acceptedResponse(id, "pending", { self, ...start.links?.(id) });
}

/** What `startOnce` does, without the answer: for whatever has an identity. Answers the instance's id. */
export async function startClaimed<Input extends object>(
  orchestrations: OrchestrationClient,
  claims: Claims,
  start: Pick<Start<Input>, "orchestration" | "idPrefix" | "input" | "refusal">,
  { key, fingerprint }: RequestIdentity,
): Promise<string> {
  const { orchestration, input } = start;
  const { idPrefix = orchestration.idPrefix } = start;
  const freshId = `${idPrefix}${key ?? randomHex(KEY_DIGITS)}${randomHex(GENERATION_DIGITS)}`;
  const claimRequest = { scope: claimScope(freshId), key: "start", fingerprint, value: freshId };
  const refusal = await start.refusal?.();
  if (refusal) {
    const earlier =
      key === undefined
        ? undefined
        : await startedBefore(orchestrations, claims, orchestration, claimRequest);
    if (earlier === undefined) throw refusal;
    return earlier;
  }
  const claim =
    key === undefined ? ({ kind: "new", value: freshId } as const) : await claims.claim(claimRequest);
  if (claim.kind === "taken") throw keyTaken();
  let id = claim.value;
  if (claim.kind === "same") {
    if (await isThereSoon(orchestrations, orchestration, id, isSettled(claim) ? 0 : PATIENCE_MS)) return id;
    // Purged long ago: another id keeps what the old process has left, its tombstones and mails, apart.
    if (isSettled(claim)) {
      if (!(await claims.renew(claimRequest, claim.version))) {
        return startClaimed(orchestrations, claims, start, { key, fingerprint });
      }
      id = freshId;
    }
  }
  await orchestrations.start(orchestration, id, input);
  return id;
}

/** The instance that an earlier request of the same key has started, if there is one. @throws {Problem} 422 */
async function startedBefore<Input extends object>(
  orchestrations: OrchestrationClient,
  claims: Claims,
  orchestration: OrchestrationContract<Input, unknown, unknown>,
  request: ClaimRequest,
): Promise<string | undefined> {
  const earlier = await claims.look(request);
  if (earlier?.kind === "taken") throw keyTaken();
  if (!earlier) return undefined;
  const patienceMs = isSettled(earlier) ? 0 : PATIENCE_MS;
  return (await isThereSoon(orchestrations, orchestration, earlier.value, patienceMs))
    ? earlier.value
    : undefined;
}

/** Frees the key under which an instance was started, if there was one: to be called when it is purged. */
export const releaseStart = (claims: Claims, instanceId: string): Promise<void> =>
  claims.release(claimScope(instanceId), instanceId);

export const keyTaken = (): Problem =>
  fieldProblem(
    "unprocessable",
    "#header/idempotency-key",
    "This key was used before, for a request with another content",
  );

/** An id ends in the key's digits and some that tell its process from others of the same key, before or after. */
const KEY_DIGITS = 20;
const GENERATION_DIGITS = 12;
const claimScope = (id: string) => id.slice(0, -GENERATION_DIGITS);

const randomHex = (digits: number) => randomBytes(digits / 2).toString("hex");

async function isThereSoon<Input extends object>(
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, unknown, unknown>,
  id: string,
  patienceMs: number,
): Promise<boolean> {
  for (let waited = 0, pause = 50; waited < patienceMs; waited += pause, pause *= 2) {
    if (await orchestrations.find(orchestration, id)) return true;
    await delay(pause);
  }
  return (await orchestrations.find(orchestration, id)) !== undefined;
}
