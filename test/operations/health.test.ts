import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { eventLog, type Log } from "../../src/durable/orchestration/log.ts";
import { ManagementEndpoint } from "../../src/durable/task-hub/management-endpoint.ts";
import { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { HealthCheck } from "../../src/operations/health.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { Storage } from "../../src/storage/storage.ts";
import { testStorage } from "../support/storage.ts";
import { type Shop, startShop } from "../support/shop.ts";

const HOUR = 3_600_000;
/** A port on which nothing listens. */
const NOWHERE = "http://127.0.0.1:9";

let shop: Shop;

beforeAll(async () => {
  shop = await startShop({ startAt: new Date(Date.now() - HOUR) });
});
afterAll(() => shop?.host.stop());

const storageAt = (url: string) =>
  new Storage({
    connection: {
      kind: "connectionString",
      connectionString: [
        "DefaultEndpointsProtocol=http;AccountName=secretaccount;AccountKey=c2VjcmV0LWtleQ==",
        ...["Blob", "Queue", "Table"].map((kind) => `${kind}Endpoint=${url}/secretaccount`),
      ].join(";"),
    },
    prefix: "shop",
  });

/** A log that records its lines. */
function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line);
  return { log: eventLog({ info: keep, warn: keep, error: keep }), lines };
}

const healthCheck = (storage: Storage) => new HealthCheck(storage, new TableRescues(storage));
const hubAt = (url: string) => new TaskHub(new ManagementEndpoint({ rpcBaseUrl: `${url}/durabletask/` }));

describe("GET /api/health", () => {
  test("is 200 when storage and task hub work, and names the checked parts", async () => {
    const response = await shop.host.fetch("/api/health");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const part = { status: "ok", milliseconds: expect.any(Number) };
    expect(await response.json()).toEqual({
      status: "healthy",
      checkedAt: expect.stringMatching(/Z$/),
      parts: { tables: part, queues: part, blobs: part, taskHub: part, instances: part },
      stuckInstances: {},
      givenUpInstances: {},
    });
  });
});

describe("the check", () => {
  test("is shared by many requests", async () => {
    const health = healthCheck(testStorage());
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => health.check(hubAt(shop.host.url), keptLog().log)),
    );
    expect(new Set(answers).size).toBe(1);
  });

  test("answers requests for five seconds", () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    const health = healthCheck(testStorage());
    const check = () => health.check(hubAt(shop.host.url), keptLog().log);
    const first = check();
    now = 5000;
    expect(check()).toBe(first);
    now = 5001;
    expect(check()).not.toBe(first);
  });

  test("fails after five seconds when neither storage nor task hub answers", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    onTestFinished(() => silent.close().closeAllConnections());
    await once(silent, "listening");
    const storage = storageAt(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const limits: (number | undefined)[] = [];
    const hub = {
      instances: (_query, limit) => (limits.push(limit), new Promise(() => undefined)),
      async *pages(_query, limit) {
        limits.push(limit);
        yield await new Promise<never>(() => undefined);
      },
    } satisfies Pick<TaskHub, "instances" | "pages">;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let isOver = false;
    const check = healthCheck(storage).check(hub as unknown as TaskHub, keptLog().log);
    void check.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(4999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const failing = { status: "failing" };
    expect((await check).parts).toMatchObject({
      tables: failing,
      queues: failing,
      blobs: failing,
      taskHub: failing,
      instances: failing,
    });
    expect(new Set(limits)).toEqual(new Set([5000]));
  });

  test("reports instances without progress, by pattern, as degraded with 200", async () => {
    const input = JSON.stringify({});
    // No host has this version: it stays pending forever.
    await shop.host.hub.start({ name: "orderFulfilment", instanceId: "order-lost", input, version: "99.0" });
    await shop.host.hub.start({ name: "orderFulfilment", instanceId: "order-lost2", input, version: "99.0" });
    await shop.host.hub.start({ name: "unheardOf", instanceId: "order-x", input, version: "99.0" });
    const { log, lines } = keptLog();
    const health = await healthCheck(testStorage()).check(hubAt(shop.host.url), log);
    expect(health).toMatchObject({
      status: "degraded",
      parts: { instances: { status: "stuck" } },
      stuckInstances: { "order-chaining": 2, unknown: 1 },
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: "instancesStuck", instances: 3 },
    ]);
  });

  test("fails within its time limit when storage does not respond, without the reason in the response", async () => {
    const started = performance.now();
    const { log, lines } = keptLog();
    const health = await healthCheck(storageAt(NOWHERE)).check(hubAt(shop.host.url), log);
    expect(performance.now() - started).toBeLessThan(8000);
    const failing = { status: "failing" };
    expect(health).toMatchObject({
      status: "unhealthy",
      parts: { tables: failing, queues: failing, blobs: failing, taskHub: { status: "ok" } },
    });
    expect(JSON.stringify(health)).not.toMatch(/secret|127\.0\.0\.1|ECONN|Error/);
    const failed = lines.map((line) => JSON.parse(line) as Record<string, string>);
    for (const part of ["tables", "queues", "blobs"]) {
      expect(failed).toContainEqual({ event: "partFailed", part, reason: expect.stringMatching(/./) });
    }
  });

  test("fails when the task hub does not respond, and keeps its address secret", async () => {
    const binding = { baseUrl: `${NOWHERE}/hub`, requiredQueryStringParameters: "code=the-system-key" };
    const { log, lines } = keptLog();
    const health = await healthCheck(testStorage()).check(new TaskHub(new ManagementEndpoint(binding)), log);
    expect(health).toMatchObject({
      status: "unhealthy",
      parts: { tables: { status: "ok" }, taskHub: { status: "failing" } },
    });
    expect(lines.join()).toContain('"part":"taskHub"');
    expect(JSON.stringify([health, lines])).not.toContain("the-system-key");
  });
});
