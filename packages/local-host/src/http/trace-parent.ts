import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const VALID = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's W3C trace context. Without one, a new trace begins here, as in the Functions host. */
export function traceParentOf({ headers }: IncomingMessage): string {
  const sent = headers["traceparent"];
  if (typeof sent === "string" && VALID.test(sent)) return sent;
  const ids = randomBytes(24).toString("hex");
  return `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`;
}
