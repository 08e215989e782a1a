import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import * as fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import { api, run } from "../e2e/app.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { faultsOf, leaksIn } from "./answer.ts";
import {
  type HostileRequest,
  hostileRequest,
  mayMissTheApp,
  mustRefuseQuery,
  toWire,
} from "./hostile-request.ts";
import { isUnfinished } from "../../src/http/resource-status.ts";
import { type InstanceSummary, instancesSince } from "./instances.ts";
import { OPERATIONS, type PathValue } from "./operations.ts";
import { send, type WireRequest } from "./wire.ts";

const REQUESTS = Number(process.env["E2E_REQUESTS"] ?? 10_000);
const SEED = Number(process.env["E2E_SEED"] ?? 20_260_101);
const AT_ONCE = 8;
/** After this many wrong responses the run ends. */
const MAX_SHOWN = 10;
const MINUTES = 60_000;

const { logFile } = inject("app");
/** Ids of started instances; only a 200 or 202 to a start adds one. */
const started = new Set<string>();
const purged = new Set<string>();
const statuses: Record<number, number> = {};
let parcel: string;
let since: string;
let logLength = 0;

beforeAll(async () => {
  const order = await run<object, { kind: string; trackingNumber: string }>("/api/orders", anOrder());
  parcel = order.result?.trackingNumber ?? "";
  if (logFile !== undefined) logLength = (await readFile(logFile)).length;
  await delay(1000);
  since = new Date().toISOString();
});

/** Names of the endpoints' functions by method and path, as the API describes itself. */
async function operationIds(): Promise<Record<string, string>> {
  type Paths = Record<string, Record<string, { operationId: string }>>;
  const { paths } = await api.get<{ paths: Paths }>("/api/openapi.json");
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== "parameters")
        .map(([method, { operationId }]) => [`${method.toUpperCase()} ${path}`, operationId]),
    ),
  );
}

test("every operation of the API is attacked", async () => {
  const described = Object.keys(await operationIds());
  expect(OPERATIONS.map(({ method, route }) => `${method} /api/${route}`).sort()).toEqual(described.sort());
});

test(`none of ${REQUESTS} requests breaks the app (seed ${SEED})`, { timeout: 10 * MINUTES }, async () => {
  const batch = fc.array(hostileRequest, { minLength: AT_ONCE, maxLength: AT_ONCE });
  const counterexamples: string[] = [];
  const property = fc.asyncProperty(batch, async (requests) => {
    counterexamples.push(...(await Promise.all(requests.map(faultsOfRequest))).flat());
    return counterexamples.length < MAX_SHOWN;
  });
  const runs = { seed: SEED, numRuns: Math.ceil(REQUESTS / AT_ONCE), interruptAfterTimeLimit: 9 * MINUTES };
  const { interrupted } = await fc.check(property, { ...runs, endOnFailure: true });
  console.log(`Hostile requests by status: ${JSON.stringify(statuses)}`);
  expect(counterexamples.join("\n\n"), "requests with a wrong response").toBe("");
  expect(interrupted, "ran out of time").toBe(false);
});

test("refused requests have started nothing, and all started instances can be ended", async () => {
  const instances = await instancesSince(since);
  const ids = instances.map(({ id }) => id);
  const own = ids.filter((id) => !isChild(id));
  expect(
    own.filter((id) => !started.has(id)),
    "not started by an accepted request",
  ).toEqual([]);
  const lost = [...started].filter((id) => !ids.includes(id) && !purged.has(id));
  expect(lost, "accepted and lost").toEqual([]);
  await endAll(instances);
});

test.runIf(logFile !== undefined)(
  "the log has no secret, and no endpoint has failed unexpectedly",
  async () => {
    const log = (await readFile(logFile ?? "")).subarray(logLength).toString();
    const endpoints = new Set(Object.values(await operationIds()));
    // A record is a line with the indented lines below it. Steps of a process may fail and be retried, with a stack.
    const records = log.split(/\n(?! {4})/);
    const bad = records.filter((record) => {
      const leaks = leaksIn(record);
      const [, by = ""] = /^\S+ \w+ +\[(\w+)\]/.exec(record) ?? [];
      return leaks.some((leak) => !OF_STACKS.has(leak)) || (endpoints.has(by) && leaks.length > 0);
    });
    expect(bad.slice(0, 5)).toEqual([]);
  },
);

const OF_STACKS = new Set([
  "a stack trace",
  "a path of a file",
  "the app's folder",
  "the name of an error class",
]);

async function faultsOfRequest(hostile: HostileRequest): Promise<string[]> {
  const wire = toWire(hostile, resolve);
  const answer = await send(wire).catch((error: Error) => error);
  if (answer instanceof Error) return [`${describe(wire)}: no answer, ${answer.message}`];
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  const isForPeople =
    /\/decision/i.test(wire.path) && (wire.headers["accept"]?.includes("text/html") ?? false);
  const asked = { method: wire.method, mayMissTheApp: mayMissTheApp(hostile, wire), isForPeople };
  const faults = faultsOf(answer, asked);
  const isTaken = answer.status < 400;
  if (isTaken && mustRefuseQuery(hostile, wire)) faults.push("accepts an unknown query");
  if (answer.status < 300) remember(wire, answer.text);
  return faults.map((fault) => `${describe(wire)}: ${fault}: ${answer.text.slice(0, 500)}`);
}

/** In one line, with bodies in readable form. */
function describe({ method, path, headers, body }: WireRequest): string {
  const text = body === undefined ? "" : JSON.stringify(Buffer.from(body).toString()).slice(0, 500);
  return `${method} ${path} ${JSON.stringify(headers)} ${text}`;
}

function remember({ method, path: asked }: WireRequest, text: string): void {
  // The host removes dot segments from a path before routing.
  const path = asked.startsWith("/") ? new URL(`http://localhost${asked}`).pathname : asked;
  if (method === "DELETE") {
    const [, id] = /^\/(?:a|%61)pi\/(?:instances|reports)\/([^/?]+)/i.exec(path) ?? [];
    if (id !== undefined && text === "") purged.add(decodeURIComponent(id));
    // Deleting an album deletes its renditions.
    const [, album] = /^\/(?:a|%61)pi\/albums\/([^/?]+)/i.exec(path) ?? [];
    for (const it of started) if (it.startsWith(`renditions-${album}-`)) purged.add(it);
    return;
  }
  if (method !== "POST" || /^\/(?:a|%61)pi\/instances\//i.test(path)) return;
  const [, id] = /^\{"id":"([^"]+)"/.exec(text) ?? [];
  if (id !== undefined) started.add(id);
}

function resolve(value: PathValue): string {
  if (value.kind === "text") return value.text;
  if (value.kind === "parcel") return parcel;
  return [...started][value.index % Math.max(1, started.size)] ?? "nobodys";
}

/** Ids of lanes and pages begin with the id of their parent. */
const isChild = (id: string) => [...started].some((parent) => id !== parent && id.startsWith(parent));

/**
 * Ends all remaining instances: refunds wait for people, watches wait for parcels, and some instances are suspended.
 */
async function endAll(instances: readonly InstanceSummary[]): Promise<void> {
  for (const { id } of instances.filter(({ status }) => isUnfinished(status))) {
    const answer = await api.call("POST", `/api/instances/${id}/terminate`);
    expect([202, 404, 409], await answer.text()).toContain(answer.status);
  }
  const left = async () =>
    (await instancesSince(since))
      .filter(({ status }) => isUnfinished(status))
      .map(({ id, status }) => `${id} ${status}`);
  await expect.poll(left, { timeout: 60_000, interval: 1000 }).toEqual([]);
}
