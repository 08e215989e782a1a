import { asObject, parsedJson } from "../json.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/body.ts";
import type { VirtualClock } from "../virtual-clock.ts";

const SECOND_MS = 1000;
/** The last instant that a `Date` can hold. */
const LATEST = 8.64e15;
const HELP =
  'The body must be {"advance":"PT1H"} or {"advanceTo":"2026-01-31T12:00:00Z"}, and time moves forward only.';

/**
 * Virtual time without a test runner. `GET` returns the current time and when something is due next; `POST` moves time
 * and responds when everything that became due has run.
 */
export async function serveClock(
  clock: VirtualClock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "GET") return answer(response, 200, position(clock));
  const moved = await moveClock(clock, (await readBody(request))?.toString("utf8") ?? "");
  answer(response, moved === undefined ? 400 : 200, moved ?? { error: HELP });
}

/** The virtual time, and when something is due next; both ISO 8601. */
export interface ClockPosition {
  readonly now: string;
  readonly nextDue: string | null;
}

/**
 * Moves time as a JSON text says, and resolves when everything that became due has run; with undefined, if the text is
 * invalid or names an instant in the past.
 */
export async function moveClock(clock: VirtualClock, text: string): Promise<ClockPosition | undefined> {
  const target = readTarget(text, clock.now());
  if (target === undefined) return undefined;
  // In automatic mode, time may have passed the instant while this call waited.
  await clock.advanceTo(target).catch(() => undefined);
  return position(clock);
}

function position(clock: VirtualClock): ClockPosition {
  const { nextDue } = clock;
  return { now: isoText(clock.now()), nextDue: nextDue === undefined ? null : isoText(nextDue) };
}

/** The instant to move to, epoch milliseconds; undefined if it is invalid or in the past. */
function readTarget(text: string, now: number): number | undefined {
  const { advance, advanceTo } = asObject(parsedJson(text));
  let target = Number.NaN;
  if (typeof advance === "string") target = now + durationMs(advance);
  else if (typeof advanceTo === "string") target = Date.parse(advanceTo);
  return target >= now && target <= LATEST ? target : undefined;
}

/**
 * Milliseconds of an ISO 8601 duration. Only weeks and smaller units are allowed, because their lengths are fixed; NaN
 * for anything else.
 */
function durationMs(text: string): number {
  const parts =
    /^P(?=[\dT])(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (parts === null) return Number.NaN;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND_MS;
}

function isoText(instant: number): string {
  return new Date(instant).toISOString();
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
