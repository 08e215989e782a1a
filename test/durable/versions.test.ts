import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { createLocalHost, type LocalHost, SqliteStore } from "durable-local-host";
import { isAtLeast } from "../../src/durable/orchestration/version.ts";

const folder = mkdtempSync(path.join(tmpdir(), "versions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type App = "first" | "second" | "unguarded";

/** Runs an app on a task hub in a file: another app on the same file is its next deployment. */
async function deployed(app: App, hubFile: string, use: (host: LocalHost) => Promise<void>): Promise<void> {
  const store = new SqliteStore(path.join(folder, hubFile));
  const host = await createLocalHost({
    app: path.join(import.meta.dirname, "versions-fixture", app),
    port: 0,
    store,
    stopGraceMs: 0,
  });
  await host.start();
  try {
    await use(host);
  } finally {
    await host.stop();
    store.close();
  }
}

async function start(host: LocalHost, instanceId: string, version?: string): Promise<void> {
  const input = JSON.stringify({ of: instanceId });
  await host.hub.start({ name: "approval", instanceId, input, ...(version !== undefined && { version }) });
  await host.engine.idle();
}

async function answer(host: LocalHost, instanceId: string) {
  await host.hub.raiseEvent(instanceId, "answered", JSON.stringify({ yes: true }));
  await host.engine.idle();
  const instance = await host.hub.get(instanceId);
  const status = instance?.runtimeStatus;
  const output = instance?.output ?? "null";
  return { status, output: status === "Completed" ? (JSON.parse(output) as unknown) : output };
}

test("instances of an old version end on it, next to new instances", async () => {
  await deployed("first", "guarded.db", (host) => start(host, "old"));
  await deployed("second", "guarded.db", async (host) => {
    await start(host, "new");
    expect(await answer(host, "old")).toEqual({
      status: "Completed",
      output: { steps: ["ask old", "answered"], version: "1.0" },
    });
    expect(await answer(host, "new")).toEqual({
      status: "Completed",
      output: { steps: ["look new", "ask new", "answered"], version: "2.0" },
    });
    await start(host, "old on request", "1.0");
    expect(await answer(host, "old on request")).toMatchObject({ output: { version: "1.0" } });
  });
});

test("the same change without a check of the version breaks running instances", async () => {
  await deployed("first", "unguarded.db", (host) => start(host, "old"));
  await deployed("unguarded", "unguarded.db", async (host) => {
    const { status, output } = await answer(host, "old");
    expect(status).toBe("Failed");
    expect(output).toContain("Non-Deterministic workflow detected");
  });
});

test("a host of an older version does not run newer instances until the new host is back", async () => {
  await deployed("second", "rollback.db", (host) => start(host, "new"));
  await deployed("first", "rollback.db", async (host) => {
    expect(await answer(host, "new")).toMatchObject({ status: "Running" });
  });
  await deployed("second", "rollback.db", async (host) => {
    await expect
      .poll(async () => (await host.hub.get("new"))?.runtimeStatus, { timeout: 5000 })
      .toBe("Completed");
  });
});

test.each([
  ["2.0", "2.0", true],
  ["2.1", "2.0", true],
  ["2.0", "2.1", false],
  ["1.10", "1.9", true],
  ["10.0", "9.9", true],
  ["2", "2.0", true],
  ["1.0", "2.0", false],
  [undefined, "1.0", false],
])("%s is at least %s: %s", (version, other, expected) => {
  expect(isAtLeast(version, other)).toBe(expected);
});

test("an invalid version cannot be compared", () => {
  expect(() => isAtLeast("two", "2.0")).toThrow("Not a version: two");
  expect(() => isAtLeast("2.0-beta", "2.0")).toThrow("Not a version");
});
