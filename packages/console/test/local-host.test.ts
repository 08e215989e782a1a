import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createConsole } from "durable-console";
import type { ConsoleHost } from "durable-console";
import { VirtualClock } from "durable-local-host";
import type { ConsoleAccess } from "durable-local-host";
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import type { About, InstanceProblems, InstanceWaits } from "../src/api/local-host-extras.ts";
import { FakeHost } from "./support/fake-host.ts";
import { changesUntil, send, servedApp } from "./support/served-app.ts";

const APPS = path.resolve(import.meta.dirname, "../../local-host/test/apps");
const HELLO = path.join(APPS, "hello-sequence");

test("the host passes in what the console asks for", () => {
  expectTypeOf<ConsoleAccess>().toExtend<ConsoleHost>();
});

test("about says what this host can do", async () => {
  const real = await servedApp(HELLO);
  expect(await real.get<About>("about")).toMatchObject({
    host: "local",
    base: real.host.url,
    virtualTime: false,
    canKill: false,
    canKillWorker: true,
    hasOpenApi: false,
    canAdvance: false,
    canReplay: true,
    canReadMails: false,
    docs: [],
  });
  expect(await real.post("clock/advance", { by: "PT1H" })).toMatchObject({ status: 404 });
  expect(await real.post("kill", {})).toMatchObject({ status: 404 });
});

test("the page is at / for browsers, and the host's own text for everybody else", async () => {
  const { host } = await servedApp(HELLO);
  expect((await send(host.url, "/", { headers: { accept: "text/html" } })).body).toContain("<script");
  expect((await send(host.url, "/")).body).toContain("up and running");
});

test("an instance's changes arrive while it runs, also after a reconnect", async () => {
  const app = await servedApp(HELLO);
  for (const id of ["first", "second"]) {
    const changes = await changesUntil(
      app.host.url,
      (all) => all.some((change) => change.kind === "instance" && change.runtimeStatus === "Completed"),
      () => app.start("helloSequence", null, id),
    );
    const statuses = changes.flatMap((change) => (change.kind === "instance" ? [change.runtimeStatus] : []));
    expect(statuses.at(-1)).toBe("Completed");
    expect(changes.every((change) => change.kind === "instance" && change.instanceId === id)).toBe(true);
  }
  const purged = await changesUntil(
    app.host.url,
    (all) => all.length > 0,
    () => app.host.hub.purge("first"),
  );
  expect(purged).toMatchObject([{ kind: "instance", instanceId: "first", runtimeStatus: "Purged" }]);
});

test("an open stream of changes does not delay the end of the host", async () => {
  const { host } = await servedApp(HELLO, { stopGraceMs: 20_000 });
  const stream = changesUntil(host.url, () => false);
  await expect.poll(async () => (await send(host.url, "/runtime/console/about")).status).toBe(200);
  const before = performance.now();
  await host.stop();
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(await stream).toEqual([]);
});

describe("virtual time", () => {
  test("is advanced, and every page hears of it", async () => {
    const clock = new VirtualClock(Date.parse("2026-01-01T00:00:00Z"));
    const app = await servedApp(path.join(APPS, "endless-counter"), { clock });
    await app.start("countHours", { hours: 0 }, "counter");
    await app.host.idle();
    let answer;
    const changes = await changesUntil(
      app.host.url,
      (all) => all.some((change) => change.kind === "clock" && change.now === "2026-01-04T00:00:00.000Z"),
      async () => (answer = await app.post("clock/advance", { by: "PT72H" })),
    );
    expect(changes.some(({ kind }) => kind === "instance")).toBe(true);
    expect(answer).toMatchObject({ status: 200 });
    expect((await app.host.hub.get("counter"))?.customStatus).toBe('{"hours":72}');
  });

  test.each([{}, { by: 1 }, { by: "P1Y" }, { by: "-PT1H" }, null, [], "x".repeat(20_000)])(
    "%j is refused",
    async (body) => {
      const app = await servedApp(HELLO, { clock: new VirtualClock(0) });
      const { status, body: text } = await app.post("clock/advance", body);
      expect(status).toBe(400);
      expect(text).toContain("by: an ISO 8601 duration");
    },
  );
});

describe("waits", () => {
  const APPROVAL = path.join(APPS, "approval");

  test("are told for the instances that are asked for", async () => {
    const clock = new VirtualClock(Date.parse("2026-01-01T00:00:00Z"));
    const app = await servedApp(APPROVAL, { clock });
    await app.start("approval", { hours: 3 }, "a");
    await app.start("patient", null, "p");
    await app.host.idle();
    const since = "2026-01-01T00:00:00.000Z";
    const { status, body } = await app.post("waits", { ids: ["a", "none", "p"] });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual([
      {
        instanceId: "a",
        waits: [
          { kind: "event", name: "decided", count: 1, since },
          { kind: "timer", name: "", count: 1, due: "2026-01-01T01:00:00.000Z", since },
        ],
      },
      { instanceId: "p", waits: [{ kind: "event", name: "never", count: 1, since }] },
    ] satisfies InstanceWaits[]);
  });

  test.each([{}, null, { ids: "a" }, { ids: [1] }, { ids: Array.from({ length: 201 }, () => "a") }])(
    "%j is refused",
    async (body) => {
      const app = await servedApp(HELLO);
      expect(await app.post("waits", body)).toMatchObject({ status: 400 });
    },
  );
});

test("a killed worker leaves the host alone", async () => {
  const kill = vi.fn<() => void>();
  const killWorker = vi.fn<() => void>();
  const page = createConsole(Object.assign(new FakeHost(), { kill, killWorker }));
  const server = createServer((request, response) => page.serve(request, response)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (path: string) => send(url, path, { method: "POST", headers: { origin: url } });
  expect(await post("/runtime/console/worker/kill")).toMatchObject({ status: 202 });
  expect([killWorker.mock.calls.length, kill.mock.calls.length]).toEqual([1, 0]);
  expect(await post("/runtime/console/kill")).toMatchObject({ status: 202 });
  expect([killWorker.mock.calls.length, kill.mock.calls.length]).toEqual([1, 1]);
});

test("problems are those of instances that would wait for ever", async () => {
  const app = await servedApp(HELLO);
  const id = await app.start("unknownOrchestrator", null);
  await app.host.engine.waitForCompletion(id);
  expect(await app.get<InstanceProblems[]>("problems")).toEqual([]);
});
