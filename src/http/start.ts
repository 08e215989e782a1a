import { setTimeout as delay } from "node:timers/promises";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { OrchestrationContract } from "../durable/contract.ts";
import type { OrchestrationClient } from "../durable/orchestration-client.ts";
import type { Claims } from "../services/claims.ts";
import { type RequestIdentity, requestIdentity } from "./idempotency.ts";
import { fieldProblem } from "./problem.ts";
import { absoluteUrl } from "./resource.ts";

/** How a POST becomes an orchestration. */
export interface Start<Input extends object> {
  readonly orchestration: OrchestrationContract<Input, unknown, unknown>;
  /** First part of the instance id, before the request's own suffix: `order-`. */
  readonly idPrefix: string;
  /** The validated body (with path parameters that matter): what makes a repeated request "the same". */
  readonly content: object;
  readonly input: Input;
  /** Path of the resource for an instance id. */
  readonly path: (id: string) => string;
  readonly links?: (id: string) => Readonly<Record<string, string>>;
}

/** The answer to a start. */
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
 * the repeated request starts the instance.
 *
 * @throws {Problem} 422 if the key was used for another content
 */
export async function startOnce<Input extends object>(
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  claims: Claims,
  start: Start<Input>,
): Promise<Accepted> {
  const identity = requestIdentity(request, start.idPrefix, start.content);
  const id = await startClaimed(orchestrations, claims, start, identity);
  const self = absoluteUrl(request, start.path(id));
  return {
    status: 202,
    headers: { location: self, "retry-after": "1" },
    jsonBody: { id, status: "pending", links: { self, ...start.links?.(id) } },
  };
}

/** What `startOnce` does, without the answer: for whatever has an identity. Answers the instance's id. */
export async function startClaimed<Input extends object>(
  orchestrations: OrchestrationClient,
  claims: Claims,
  { orchestration, idPrefix, input }: Pick<Start<Input>, "orchestration" | "idPrefix" | "input">,
  identity: RequestIdentity,
): Promise<string> {
  const id = `${idPrefix}${identity.idSuffix}`;
  const isFirst = await isFirstRequest(claims, idPrefix, identity);
  if (isFirst || !(await isStarted(orchestrations, orchestration, id))) {
    await orchestrations.start(orchestration, id, input);
  }
  return id;
}

/** Whether no request with the same `Idempotency-Key` came before. @throws {Problem} 422 */
export async function isFirstRequest(
  claims: Claims,
  scope: string,
  { key, idSuffix, fingerprint }: RequestIdentity,
): Promise<boolean> {
  if (key === undefined) return true;
  const claimed = await claims.claim(scope, idSuffix, fingerprint);
  if (claimed === "taken") {
    throw fieldProblem(
      "unprocessable",
      "#header/idempotency-key",
      "This key was used before, for a request with another content",
    );
  }
  return claimed === "new";
}

async function isStarted(
  orchestrations: OrchestrationClient,
  orchestration: Start<object>["orchestration"],
  id: string,
): Promise<boolean> {
  for (let waited = 0, pause = 50; waited < PATIENCE_MS; waited += pause, pause *= 2) {
    if (await orchestrations.find(orchestration, id)) return true;
    await delay(pause);
  }
  return (await orchestrations.find(orchestration, id)) !== undefined;
}
