import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { api, enqueue, hasStorage, start, unique } from "../e2e/app.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { faultsOf, leaksIn } from "./answer.ts";
import { dripped, exchange } from "./raw-socket.ts";
import { send, type WireAnswer } from "./wire.ts";

const { logFile } = inject("app");
const KIB = 1024;
const MIB = 1024 * KIB;

const clean = { method: "", mayMissTheApp: false, isForPeople: false };
const JSON_TYPE = { "content-type": "application/json" };
const CSV_TYPE = { "content-type": "text/csv" };

/** A finished order, and the responses of all addresses about it. */
let orderId: string;
beforeAll(async () => {
  const { id, url } = await start("/api/orders", anOrder());
  await api.watch(url);
  orderId = id;
});

describe("no management key or URL", () => {
  test("is in any response about a process, or in its headers", async () => {
    const started = await send({
      method: "POST",
      path: "/api/orders",
      headers: JSON_TYPE,
      body: JSON.stringify(anOrder({ token: "tok_declined" })),
    });
    const { id } = JSON.parse(started.text) as { id: string };
    await api.watch(`/api/orders/${id}`);
    const paths = [
      `orders/${id}`,
      `instances/${id}`,
      "instances",
      "health",
      "openapi.json",
      "catalog",
      "sales",
    ];
    const answers = await Promise.all(
      paths.map((path) => send({ method: "GET", path: `/api/${path}`, headers: {} })),
    );
    for (const answer of [started, ...answers]) {
      expect(leaksIn(`${JSON.stringify(answer.headers)}\n${answer.text}`), answer.text.slice(0, 300)).toEqual(
        [],
      );
    }
  });
});

describe("a name or id that is a path", () => {
  const ID = `renditions-hostile-${"0".repeat(32)}`;
  test.each([
    "/api/instances/..%2finstances%2f{id}",
    "/api/instances/{id}%3fshowHistory%3dtrue",
    "/api/instances/{id}%23",
    "/api/instances/{id}%01",
    "/api/instances/{id}%2f..%2f{id}",
    "/api/instances/@productsales@mug-300",
    "/api/orders/{id}%2fterminate",
    "/api/orders/..%5c{id}",
    `/api/renditions/${ID}/files/..%2f..%2fhost.json`,
    `/api/renditions/${ID}/files/%2e%2e/%2e%2e/manifest.json`,
    `/api/renditions/..%2f${ID}/files/manifest.json`,
    "/api/albums/..%2f",
    "/api/albums/a%2f..%2fb",
    "/api/price-lists/..%2fx/import",
    "/api/imports/..%2f..%2fpages/dead-letters",
    "/api/sales/..%2fmug-300",
    "/api/shipments/..%2f{id}",
  ])("%s is refused", async (template) => {
    const path = template.replaceAll("{id}", orderId);
    const isStart = path.endsWith("/import");
    const body = isStart ? { headers: JSON_TYPE, body: '{"onError":"skip"}' } : { headers: {} };
    const answer = await send({ method: isStart ? "POST" : "GET", path, ...body });
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(faultsOf(answer, clean)).toEqual([]);
  });

  test.each([
    "..%2fother%2fa.jpg",
    "a%2fb.jpg",
    "a%5cb.jpg",
    ".jpg",
    "a..jpg",
    "a%01.jpg",
    "%20",
    "a%0ab.jpg",
  ])("no photo is stored as %s", async (name) => {
    const path = `/api/albums/hostile/photos/${name}`;
    const answer = await send({ method: "PUT", path, headers: { "content-type": "image/jpeg" }, body: "x" });
    expect([answer.status, faultsOf(answer, clean)]).toEqual([400, []]);
  });
});

describe("a body that is too large", () => {
  const TARGETS = [
    ["POST", "/api/orders", "application/json", 256 * KIB],
    ["POST", "/api/refunds/refund-nobodys/decision", "application/x-www-form-urlencoded", 4 * KIB],
    ["PUT", "/api/price-lists/hostile-size", "text/csv", 16 * MIB],
    ["PUT", "/api/albums/hostile-size/photos/a.jpg", "image/jpeg", 50 * MIB],
  ] as const;

  test.each(TARGETS)("%s %s is refused by its declared length, at its first byte", async (...target) => {
    const [method, path, type, limit] = target;
    const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\n`;
    const answer = await exchange(`${head}content-length: ${limit + 1}\r\n\r\nx`);
    // Without a decision link, a caller learns nothing about limits.
    expect(answer).toMatch(path.includes("decision") ? /^HTTP\/1.1 403 / : /^HTTP\/1.1 413 /);
    expect(answer).toContain("application/problem+json");
  });

  test.each(TARGETS)("%s %s is refused if it has endless chunks", async (...target) => {
    const [method, path, type, limit] = target;
    const heading = type === "text/csv" ? "sku,price,currency\n" : "";
    const line = "a,1,EUR\n".repeat(8 * KIB);
    const body = heading + line.repeat(Math.ceil((limit + KIB) / line.length));
    const headers = { "content-type": type, "transfer-encoding": "chunked" };
    const answer = await send({ method, path, headers, body });
    expect([answer.status, faultsOf(answer, clean)]).toEqual([path.includes("decision") ? 403 : 413, []]);
  });

  test("does not block its connection for the next caller, in any kind of refusal", async () => {
    const refused = [
      {
        path: "/api/price-lists/hostile-rest",
        method: "PUT",
        headers: CSV_TYPE,
        body: "x".repeat(300 * KIB),
      },
      {
        path: "/api/price-lists/hostile-rest",
        method: "PUT",
        headers: CSV_TYPE,
        body: Buffer.alloc(MIB, 0xff),
      },
      {
        path: "/api/orders",
        method: "POST",
        headers: { ...JSON_TYPE, "transfer-encoding": "chunked" },
        body: "x".repeat(MIB),
      },
      { path: "/api/orders", method: "POST", headers: CSV_TYPE, body: "x".repeat(MIB) },
    ];
    const statuses: number[] = [];
    for (const request of Array.from({ length: 5 }, () => refused).flat()) {
      statuses.push((await send(request)).status);
      const began = performance.now();
      statuses.push((await send({ method: "GET", path: "/api/health", headers: {} })).status);
      expect(performance.now() - began, `after ${request.method} ${request.path}`).toBeLessThan(5000);
    }
    expect(new Set(statuses)).toEqual(new Set([400, 413, 415, 200]));
  });

  test("endless headers and paths are refused, and the app continues", async () => {
    const long = "a".repeat(MIB);
    for (const request of [
      `GET /api/${long}`,
      `GET /api/catalog HTTP/1.1\r\nhost: localhost\r\nx-any: ${long}`,
    ]) {
      const answer = await exchange(`${request}${request.includes("HTTP") ? "" : " HTTP/1.1"}\r\n\r\n`);
      expect(answer).toMatch(/^(HTTP\/1.1 4\d\d |$)/);
      expect(leaksIn(answer)).toEqual([]);
    }
    expect((await send({ method: "GET", path: "/api/catalog", headers: {} })).status).toBe(200);
  });
});

describe.concurrent("a very slow body", () => {
  test("is cut off, and does not delay other requests", { timeout: 90_000 }, async ({ expect }) => {
    const head = "POST /api/orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    const dripping = Array.from({ length: 100 }, () => dripped(`${head}content-length: 100000\r\n\r\n{`));
    await delay(2000);
    const began = performance.now();
    const { status } = await send({ method: "GET", path: "/api/catalog", headers: {} });
    expect(status).toBe(200);
    expect(performance.now() - began).toBeLessThan(5000);
    for (const answer of await Promise.all(dripping)) {
      // Some servers close such connections themselves.
      expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
    }
  });
});

describe("text of a caller", () => {
  const FORGED = "2001-01-01T00:00:00.000Z error forged";
  const NASTY = `x\r\n${FORGED}\u001b[2J\u009b31m\u202e`;

  test("cannot create a header or a line of the log", async () => {
    const texts = [encodeURIComponent(NASTY), encodeURIComponent(`${NASTY}\r\nX-Injected: yes`)];
    const answers: WireAnswer[] = [];
    for (const text of texts) {
      for (const path of [`orders/${text}`, `albums/${text}`, `instances/${text}`, `sales?${text}=${text}`]) {
        answers.push(await send({ method: "GET", path: `/api/${path}`, headers: {} }));
      }
      const body = JSON.stringify({ ...anOrder(), [NASTY]: NASTY, payment: { token: NASTY } });
      answers.push(await send({ method: "POST", path: "/api/orders", headers: JSON_TYPE, body }));
      const reason = JSON.stringify({ reason: NASTY });
      const path = `/api/instances/${orderId}/terminate`;
      answers.push(await send({ method: "POST", path, headers: JSON_TYPE, body: reason }));
    }
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(faultsOf(answer, clean)).toEqual([]);
    }
  });

  test.runIf(hasStorage && logFile !== undefined)(
    "cannot create a line of the log from the queue",
    { timeout: 120_000 },
    async () => {
      // The host moves a message to this queue after five failures, with ten seconds between them.
      await enqueue("orders-poison", { [NASTY]: NASTY });
      const log = () => readFile(logFile ?? "", "utf8");
      await expect.poll(log, { timeout: 90_000, interval: 500 }).toContain("messageGivenUp");
      const lines = (await log()).split("\n");
      expect(lines.filter((line) => line.startsWith(FORGED))).toEqual([]);
      const controls = /[^\P{Cc}\t]|\p{Bidi_Control}/u;
      expect(lines.filter((line) => controls.test(line))).toEqual([]);
    },
  );

  test("is not a formula in a file for spreadsheets", async () => {
    const name = unique("hostile");
    const cells = [
      "=1+1",
      "+1",
      "-1+1",
      "@SUM(A1)",
      "\t=1",
      " =1",
      '"=1,""x"""',
      "\uff1d1",
      "'=1",
      "a\u0000=1",
    ];
    const body = ["sku,price,currency", ...cells.map((cell) => `${cell},${cell},${cell}`)].join("\r\n");
    const put = await send({ method: "PUT", path: `/api/price-lists/${name}`, headers: CSV_TYPE, body });
    expect(put.status).toBe(201);
    const { url } = await start(`/api/price-lists/${name}/import`, { onError: "skip" });
    const done = await api.watch<object, { kind: string; deadLetters: string }>(url);
    const text = Buffer.from(await api.bytes(done.result?.deadLetters ?? "")).toString();
    const rows = parse(text);
    expect(rows).toHaveLength(1 + cells.length);
    for (const cell of rows.slice(1).flat()) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\t\r]/);
  });
});
