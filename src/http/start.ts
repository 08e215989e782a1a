import { createHash, randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { OrchestrationContract, RootContract } from "../durable/orchestration/contract.ts";
import type { InstanceStatus, OrchestrationClient } from "../durable/client/orchestration-client.ts";
import { type ClaimRequest, type Claims, isSettled } from "../storage/claims.ts";
import type { Call } from "./endpoint.ts";
import { fieldProblem, Problem } from "./problem.ts";
import type { ResourceStatus } from "./resource.ts";

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
const START_TIMEOUT_MS = 2000;

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

/** Answers a request that takes effect later: 202 with the resource's own URL. */
export function acceptedResponse<Status extends ResourceStatus, Links extends { readonly self: string }>(
  id: string,
  status: Status,
  links: Links,
) {
  return {
    status: 202,
    headers: { location: links.self, "retry-after": "1" },
    jsonBody: { id, status, links },
  } as const;
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
    if (await waitUntilStarted(orchestrations, orchestration, id, isSettled(claim) ? 0 : START_TIMEOUT_MS))
      return id;
    // The earlier instance was purged. A new id is used, so that its idempotency keys are not used again.
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
  const earlier = await claims.find(request);
  if (earlier?.kind === "taken") throw keyTaken();
  if (!earlier) return undefined;
  const timeoutMs = isSettled(earlier) ? 0 : START_TIMEOUT_MS;
  return (await waitUntilStarted(orchestrations, orchestration, earlier.value, timeoutMs))
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

async function waitUntilStarted<Input extends object>(
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, unknown, unknown>,
  id: string,
  timeoutMs: number,
): Promise<boolean> {
  for (let waited = 0, pause = 50; waited < timeoutMs; waited += pause, pause *= 2) {
    if (await orchestrations.find(orchestration, id)) return true;
    await delay(pause);
  }
  return (await orchestrations.find(orchestration, id)) !== undefined;
}

/** The counterpart of `startOnce`: the instance that the route parameter `id` names. @throws {Problem} 404 */
export async function findStarted<Input extends object, Output, Status>(
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, Output, Status>,
): Promise<InstanceStatus<Input, Output, Status>> {
  const { id } = request.params;
  const instance = id === undefined ? undefined : await orchestrations.find(orchestration, id);
  if (!instance) throw new Problem("not-found", "Nothing was started under this id");
  return instance;
}

export const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{1,64}$/;

/** What makes a start request the same as another: its key, if the caller sent one, and its content. */
export interface RequestIdentity {
  /** 20 hexadecimal digits that stand for the caller's key within the scope; undefined if it sent none. */
  readonly key: string | undefined;
  /** SHA-256 over the validated body: the same content in another spelling is the same request. */
  readonly fingerprint: string;
}

/** @param scope keeps the keys of one kind of resource apart from another's @throws {Problem} on a bad key */
export function requestIdentity(request: HttpRequest, scope: string, body: unknown): RequestIdentity {
  const key = request.headers.get("idempotency-key") ?? undefined;
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
    throw fieldProblem(
      "invalid-request",
      "#header/idempotency-key",
      "Must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -",
    );
  }
  return identityOf(key, scope, body);
}

/** The identity that a key gives: the same for a request over HTTP and for a message in a queue. */
export function identityOf(key: string | undefined, scope: string, body: unknown): RequestIdentity {
  return {
    key: key === undefined ? undefined : sha256(`${scope}\n${key}`).slice(0, 20),
    fingerprint: sha256(canonicalJson(body)),
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** JSON with sorted keys, so that the order in which a client writes fields does not matter. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
