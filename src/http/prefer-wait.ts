import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { poll } from "../durable/client/poll.ts";
import type { Accepted } from "./start.ts";

/** Proxies and browsers close a request that takes much longer. */
const LONGEST_SECONDS = 30;
const PAUSES = { firstPauseMs: 50, longestPauseMs: 1000 };

/**
 * `Prefer: wait=N` (RFC 7240): the caller prefers to wait up to N seconds for the outcome. Returns the response of
 * `finished` as soon as there is one, else `accepted` when the time is over. A value that is not a number of seconds is
 * ignored, as the RFC requires; one that is too large is reduced.
 */
export async function answerInTime(
  request: HttpRequest,
  accepted: Accepted,
  finished: () => Promise<HttpResponseInit | undefined>,
): Promise<HttpResponseInit> {
  const seconds = preferredSeconds(request.headers.get("prefer") ?? "");
  if (seconds === undefined) return accepted;
  const response = await poll(finished, { timeoutMs: seconds * 1000, ...PAUSES });
  if (!response) return applied(accepted, seconds);
  return applied(response, seconds, { "content-location": accepted.jsonBody.links["self"] ?? "" });
}

/** The first `wait` counts. Header lines with the same name arrive joined by commas. */
function preferredSeconds(prefer: string): number | undefined {
  for (const preference of prefer.split(",")) {
    const [, digits] = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (digits === undefined) continue;
    const seconds = Math.min(Number(digits), LONGEST_SECONDS);
    return seconds > 0 ? seconds : undefined;
  }
  return undefined;
}

function applied(
  response: HttpResponseInit,
  seconds: number,
  more: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const headers = response.headers as Readonly<Record<string, string>> | undefined;
  return { ...response, headers: { ...headers, ...more, "preference-applied": `wait=${seconds}` } };
}
