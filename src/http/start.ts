import { createHash, randomBytes } from "node:crypto";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { OrchestrationContract, RootContract } from "../durable/orchestration/contract.ts";
import type { InstanceStatus, OrchestrationClient } from "../durable/client/orchestration-client.ts";
import { poll } from "../durable/client/poll.ts";
import { type ClaimRequest, type Claims, isSettled } from "../storage/claims.ts";
import type { Call } from "./endpoint.ts";
import { fieldProblem, Problem } from "./problem.ts";
import type { ResourceStatus } from "./resource-status.ts";

/** How a POST starts an orchestration. */
export interface Start<Input extends object> {
  readonly orchestration: RootContract<Input, unknown, unknown>;
  /** First part of the instance id, before the request's own suffix; default: the orchestration's prefix. */
  readonly idPrefix?: string;
  /** The validated body and the relevant path parameters: two requests with the same content are the same. */
  readonly content: object;
  readonly input: Input;
  /** Path of the resource for an instance id. */
  readonly path: (id: string) => string;
  readonly links?: (id: string) => Readonly<Record<string, string>>;
  /**
   * Returns the reason if the start is refused at the moment. Not called if an earlier request with the same key was
   * started.
   */
  readonly refusal?: () => Promise<Problem | undefined>;
}

/** The response to a start; a repeated request gets the same response. */
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
 * Starts an orchestration once per `Idempotency-Key` and returns 202 with the resource's URL. The claim on the key is
 * atomic; the extension's own check of existing ids is not. If a process dies between claim and start, the repeated
 * request starts the instance. Once the instance is purged, the key is free again.
 *
 * @throws {Problem} 422 if the key was used with other content, or the start's own refusal
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

/** Responds to a request that takes effect later: 202 with the resource's own URL. */
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

/** Like `startOnce`, but without an HTTP response, for any request with an identity. Returns the id of the instance. */
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
    if (await hasStarted(orchestrations, orchestration, claim)) return id;
    // The earlier instance was purged. A new id is used, so that its idempotency keys are not reused.
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

/** The instance that an earlier request with the same key has started, if there is one. @throws {Problem} 422 */
async function startedBefore<Input extends object>(
  orchestrations: OrchestrationClient,
  claims: Claims,
  orchestration: OrchestrationContract<Input, unknown, unknown>,
  request: ClaimRequest,
): Promise<string | undefined> {
  const earlier = await claims.find(request);
  if (earlier?.kind === "taken") throw keyTaken();
  return earlier && (await hasStarted(orchestrations, orchestration, earlier)) ? earlier.value : undefined;
}

/** Frees the idempotency key of an instance, if it had one. Call it when the instance is purged. */
export const releaseStart = (claims: Claims, instanceId: string): Promise<void> =>
  claims.release(claimScope(instanceId), instanceId);

export const keyTaken = (): Problem =>
  fieldProblem(
    "unprocessable",
    "#header/idempotency-key",
    "This key was used before for a request with other content",
  );

/** An id ends with the digits of the key and with random digits, which distinguish processes with the same key. */
export const KEY_DIGITS = 20;
export const GENERATION_DIGITS = 12;
const claimScope = (id: string) => id.slice(0, -GENERATION_DIGITS);

const randomHex = (digits: number) => randomBytes(digits / 2).toString("hex");

/** Whether the instance of an earlier claim exists; waits for it if it may be about to start. */
async function hasStarted<Input extends object>(
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, unknown, unknown>,
  claim: { readonly value: string; readonly claimedAt: Date },
): Promise<boolean> {
  const timeoutMs = isSettled(claim) ? 0 : START_TIMEOUT_MS;
  const pauses = { timeoutMs, firstPauseMs: 50, longestPauseMs: 1000 };
  return (await poll(() => orchestrations.find(orchestration, claim.value), pauses)) !== undefined;
}

/** The counterpart of `startOnce`: finds the instance that the route parameter `id` names. @throws {Problem} 404 */
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

/** The format of a caller's key, and the error for an invalid one. */
export const IDEMPOTENCY_KEY = [
  /^[A-Za-z0-9_-]{1,64}$/,
  "Must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -",
] as const;

/** What identifies a start request: its key, if the caller sent one, and its content. */
export interface RequestIdentity {
  /** The caller's key as 20 hexadecimal digits, unique within the scope; undefined if there is no key. */
  readonly key: string | undefined;
  /** SHA-256 of the validated body: differences in the JSON notation do not matter. */
  readonly fingerprint: string;
}

/** @param scope separates the keys of different kinds of resources @throws {Problem} on an invalid key */
export function requestIdentity(request: HttpRequest, scope: string, body: unknown): RequestIdentity {
  const key = request.headers.get("idempotency-key") ?? undefined;
  const [form, message] = IDEMPOTENCY_KEY;
  if (key !== undefined && !form.test(key)) {
    throw fieldProblem("invalid-request", "#header/idempotency-key", message);
  }
  return identityOf(key, scope, body);
}

/** The identity for a key: the same for an HTTP request and for a queue message. */
export function identityOf(key: string | undefined, scope: string, body: unknown): RequestIdentity {
  return {
    key: key === undefined ? undefined : sha256(`${scope}\n${key}`).slice(0, KEY_DIGITS),
    fingerprint: sha256(canonicalJson(body)),
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** JSON with sorted keys, so that the order of fields does not matter. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
