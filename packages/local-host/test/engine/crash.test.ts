import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventType } from "../../src/engine/history/events.ts";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import { seeded } from "./support/seeded.ts";

const CHILD = fileURLToPath(new URL("support/crash-child.ts", import.meta.url));
const KILLS = 10;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "crash-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the child until it ends or, with `killAfterMs`, kills it this long after it was ready. Returns its lines. */
async function runChild(args: readonly string[], killAfterMs?: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const ready = Promise.withResolvers<undefined>();
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes("ready\n")) ready.resolve(undefined);
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  if (killAfterMs !== undefined) {
    await Promise.race([ready.promise, ended]);
    await sleep(killAfterMs);
    child.kill("SIGKILL");
  }
  await ended;
  // A line that was cut off by the kill is not an acknowledgement.
  return output.split("\n").slice(0, -1);
}

test("killed at any moment, it loses no acknowledged work and does everything once", async () => {
  const random = seeded(20_250_101);
  const file = path.join(folder, "hub.db");
  const effects = path.join(folder, "effects.txt");
  const acknowledged: string[] = [];
  for (let run = 0; run < KILLS; run++) {
    acknowledged.push(...(await runChild([file, effects, String(run)], random() * 160)));
  }
  await runChild([file, effects, "end", "finish"]);

  const store = new SqliteStore(file);
  const idsOf = (word: string): string[] =>
    acknowledged.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  expect(idsOf("started").length).toBeGreaterThan(0);
  for (const id of idsOf("started")) {
    expect(store.instance(id)).toMatchObject({ runtimeStatus: "Completed" });
  }
  for (const id of idsOf("raised")) {
    const n = Number(id.split("-").at(-1));
    expect(store.instance(id)?.output).toBe(`{"got":${n}}`);
  }
  const counter = JSON.parse(store.instance("@counter@all")?.input ?? '{"state":"0"}') as { state: string };
  const signalled = idsOf("signalled").length;
  expect(Number(counter.state)).toBeGreaterThanOrEqual(signalled);
  // At most one signal for each kill was stored without an acknowledgement.
  expect(Number(counter.state)).toBeLessThanOrEqual(signalled + KILLS);

  const lines = readFileSync(effects, "utf8").trim().split("\n");
  for (const instance of store.instances({}).items) {
    if (instance.name !== "effects" && instance.name !== "childEffect") continue;
    expect(instance.runtimeStatus).toBe("Completed");
    expectOnce(JSON.parse(`[${store.history(instance.key)}]`) as HistoryEvent[]);
    if (instance.name === "childEffect") continue;
    expect(instance.output).toBe("5");
    for (const step of ["0", "1", "2", "3", "x", "y", "child"]) {
      const times = lines.filter((line) => line === `${instance.instanceId} ${step}`).length;
      // At least once, and again only if it ran during a kill.
      expect(times).toBeGreaterThanOrEqual(1);
      expect(times).toBeLessThanOrEqual(1 + KILLS);
    }
  }
  const { messages, activities } = store.unfinished();
  expect(messages).toEqual([]);
  expect(activities).toEqual([]);
  store.close();
}, 60_000);

/** Every task was scheduled once and completed once, ids have no gaps, and there is one end. */
function expectOnce(history: readonly HistoryEvent[]): void {
  const scheduled: number[] = [];
  const completed: number[] = [];
  let ends = 0;
  for (const event of history) {
    switch (event.EventType) {
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
      case EventType.SubOrchestrationInstanceCreated:
        scheduled.push(event.EventId);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        completed.push(event.TaskScheduledId);
        break;
      case EventType.TimerFired:
        completed.push(event.TimerId);
        break;
      case EventType.ExecutionCompleted:
        ends++;
        break;
      default:
    }
  }
  expect(scheduled).toEqual(scheduled.map((_, i) => i));
  expect(completed.toSorted((a, b) => a - b)).toEqual(scheduled);
  expect(ends).toBe(1);
}
