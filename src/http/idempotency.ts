import { createHash } from "node:crypto";
import type { HttpRequest } from "@azure/functions";
import { fieldProblem } from "./problem.ts";

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
