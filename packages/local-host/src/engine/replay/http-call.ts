import type { HttpRequest } from "./actions.ts";
import { FAILED, Future } from "./future.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

/** The activity that implements `callHttp`; it runs in the host. */
export const HTTP_ACTIVITY = "BuiltIn::HttpActivity";

/** The result of the HTTP activity. A header has several values as an array. */
export interface HttpActivityResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly content: string | null;
}

/**
 * Sends a request and, as long as the response is 202, polls its `Location` after `Retry-After` seconds, or after
 * `sleepMs` if there is no such header.
 */
export function callHttp(context: OrchestrationContext, request: HttpRequest, sleepMs: number): Future {
  const task = new Future();
  const send = (current: HttpRequest): void => {
    context.scheduleActivity(HTTP_ACTIVITY, current).whenSettled((outcome) => {
      if (!outcome.ok || outcome.result === null) return task.settle(outcome);
      const answer = JSON.parse(outcome.result) as HttpActivityResult;
      const isPolled = current.asynchronousPatternEnabled ?? true;
      if (answer.statusCode !== 202 || !isPolled) return task.settle(outcome);
      const wait = pollDelay(header(answer, "retry-after"), sleepMs);
      if (wait === undefined) {
        context.problems.report(UNREADABLE_DELAY);
        return task.settle(FAILED);
      }
      context.createTimer(context.now + wait).whenSettled(() => {
        // Without a Location the extension fails only here, after the timer, when the SDK has already continued.
        const location = header(answer, "location");
        if (location === undefined || !URL.canParse(location, request.uri)) task.settle(FAILED);
        else send(pollRequest(request, location));
      });
    });
  };
  send(request);
  return task;
}

/** Not sent with a poll, because the key of one function is not valid for another. */
const KEY = "x-functions-key";
/**
 * Sent only to the server that the orchestrator has called, because that server can redirect the polls to another one.
 */
const CREDENTIALS = ["authorization", "cookie"];

function pollRequest(request: HttpRequest, location: string): HttpRequest {
  const target = new URL(location, request.uri);
  const isSameOrigin = target.origin === new URL(request.uri).origin;
  const withheld = new Set(isSameOrigin ? [KEY] : [KEY, ...CREDENTIALS]);
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => !withheld.has(name.toLowerCase())),
  );
  return {
    method: "GET",
    uri: URL.canParse(location) ? location : target.href,
    headers,
    ...(isSameOrigin && request.tokenSource !== undefined ? { tokenSource: request.tokenSource } : {}),
  };
}

const INT32_LIMIT = 2 ** 31;
const UNREADABLE_DELAY =
  "A callHttp got a 202 whose Retry-After is not a whole number of seconds that fits 32 bits. The extension then stops " +
  "the call, but the SDK waits for its timer: the orchestrator waits forever.";

/** Milliseconds; undefined if the header is not a whole number of seconds that .NET's `int` holds. */
function pollDelay(retryAfter: string | undefined, sleepMs: number): number | undefined {
  if (retryAfter === undefined) return sleepMs;
  if (!/^\s*[+-]?\d+\s*$/.test(retryAfter)) return undefined;
  const seconds = Number(retryAfter);
  return seconds >= -INT32_LIMIT && seconds < INT32_LIMIT ? seconds * 1000 : undefined;
}

function header({ headers }: HttpActivityResult, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name) return typeof value === "string" ? value : value[0];
  }
  return undefined;
}
