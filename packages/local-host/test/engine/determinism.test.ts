import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import type { Store } from "../../src/stores/store.ts";
import { changed } from "./app/changed.ts";
import { Stage } from "./support/test-engine.ts";

beforeEach(() => {
  changed.code = false;
});

const memory = new MemoryStore();
const folder = mkdtempSync(path.join(tmpdir(), "problems-"));
const file = path.join(folder, "hub.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("another name with the same id fails with the extension's message", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("changesName");
  changed.code = true;
  await stage.succeed("A");
  expect(await stage.get()).toMatchObject({
    runtimeStatus: "Failed",
    output:
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task " +
      "with sequence number 0 named 'A', but the current orchestration replay instead scheduled an activity task " +
      "named 'B' with this sequence number.  Was a change made to the orchestrator code after this instance had " +
      "already started running?",
  });
  expect(stage.log.join()).toContain(
    "its 1st action was a call of activity 'A' and is a call of activity 'B' in this replay",
  );
});

test("a missing action for an id fails with the extension's message", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("changesKind");
  changed.code = true;
  await stage.succeed("A");
  expect((await stage.get()).output).toContain(
    "scheduled an activity task with sequence ID 0 and name 'A' (version ''), but the current replay execution " +
      "hasn't (yet?) scheduled this task.",
  );
});

test("another input is accepted, as in the extension, with a warning", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("changesInput");
  changed.code = true;
  await stage.succeed("A");
  expect((await stage.get()).runtimeStatus).toBe("Completed");
  expect(stage.log.join()).toContain("a call of activity 'A' with input 1 and has input 2 in this replay");
});

test("another due time is accepted with a warning", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("changesTimer");
  changed.code = true;
  await stage.succeed("A");
  expect(stage.log.join()).toContain("use context.df.currentUtcDateTime");
});

test.each([
  ["changesName", "The real extension fails such an instance with 'Non-Deterministic workflow detected'"],
  ["changesInput", "The real extension does not notice: the first scheduling counts"],
  ["changesTimer", "The real extension does not notice: the first scheduling counts"],
  ["changesEvent", "The real extension does not notice, because a wait leaves nothing in the history"],
])("a difference describes the behaviour of the real extension: %s", async (name, words) => {
  const stage = await Stage.open(["A"]);
  await stage.start(name);
  changed.code = true;
  await (name === "changesEvent" ? stage.raise("Other", 1) : stage.succeed("A"));
  expect(stage.log.join()).toContain(words);
});

test.each([
  ["memory", (): Store => memory],
  ["SQLite", (): Store => new SqliteStore(file)],
])(
  "problems in %s are stored with their instance once each, survive a restart, and are deleted with it",
  async (_name, open) => {
    const problem = expect.stringContaining("The function 'noSuchActivity' doesn't exist") as string;
    const first = open();
    const before = await Stage.open([], { store: first });
    await before.start("callsUnknown");
    expect((await before.get()).problems).toEqual([problem]);
    await before.engine.stop();
    first.close();
    const second = open();
    const after = await Stage.open([], { store: second });
    await after.raise("Anything", 1);
    expect((await after.get()).problems).toEqual([problem]);
    expect(after.log).toEqual([]);
    await after.engine.hub.terminate("i1", null);
    await after.engine.waitForCompletion("i1");
    await after.start("empty");
    expect((await after.get()).problems).toEqual([]);
    await after.engine.stop();
    second.close();
  },
);

const strict = { settings: { strict: true } };

test("strict: a non-deterministic orchestrator fails the instance", async () => {
  const stage = await Stage.open(["A"], strict);
  await stage.start("changesInput");
  changed.code = true;
  await stage.succeed("A");
  expect((await stage.get()).output).toContain("The orchestrator is not deterministic: its 1st action");
});

test("an unregistered activity hangs, and fails the instance if strict", async () => {
  const lenient = await Stage.open();
  await lenient.start("callsUnknown");
  expect((await lenient.get()).runtimeStatus).toBe("Running");
  expect(lenient.log.join()).toContain("The function 'noSuchActivity' doesn't exist");
  const stage = await Stage.open([], strict);
  await stage.start("callsUnknown");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Failed" });
  expect((await stage.get()).output).toContain(
    "A task was never scheduled, but the orchestrator waits for it",
  );
});

test("a thrown string fails without a readable message, and with one if strict", async () => {
  const lenient = await Stage.open();
  await lenient.start("throwsText");
  expect((await lenient.get()).output).toBe(
    "Orchestrator function 'throwsText' failed: One or more errors occurred. (Result: Failure\nException: false\n\n" +
      '$OutOfProcData$:{"isDone":false,"actions":[[]],"schemaVersion":3}\nStack: )',
  );
  const stage = await Stage.open([], strict);
  await stage.start("throwsText");
  expect((await stage.get()).output).toContain("threw something other than an Error with a message");
});

test("a thrown undefined hangs, and fails the instance if strict", async () => {
  const lenient = await Stage.open();
  await lenient.start("throwsUndefined");
  expect((await lenient.get()).runtimeStatus).toBe("Running");
  expect(lenient.log.join()).toContain("it waits forever");
  const stage = await Stage.open([], strict);
  await stage.start("throwsUndefined");
  expect((await stage.get()).runtimeStatus).toBe("Failed");
});

test("strict only warns about an equal call in a second compound, which may be intended", async () => {
  const stage = await Stage.open(["A", "B"], strict);
  await stage.start("slidingWindow");
  await stage.succeed("A", "a");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  expect(stage.log.join()).toContain("an equal call of an earlier one is open");
});

test("strict fails a second compound once the orchestrator is ahead of the extension", async () => {
  const stage = await Stage.open(["A", "B"], strict);
  await stage.start("slidingWindow");
  await stage.succeed("A", "a");
  await stage.succeed("B", "b");
  const { runtimeStatus, output } = await stage.get();
  expect(runtimeStatus).toBe("Failed");
  expect(output).toContain(
    "A call of 'B' is in a second Task.any or Task.all, and the orchestrator has continued",
  );
});

test("strict fails a task in Task.any and then in Task.all, in any order of their ends", async () => {
  const stage = await Stage.open(["A", "B"], strict);
  await stage.start("anyThenAll");
  await stage.raise("Go", 1);
  await stage.succeed("A", "a");
  expect((await stage.get()).output).toContain("they count their tasks differently");
  const other = await Stage.open([], strict);
  await other.start("anyThenAll");
  await other.raise("Go", 1);
  expect((await other.get()).output).toContain("they count their tasks differently");
});

test("a task in two compounds gives the same wrong results as the extension, and is reported", async () => {
  const stage = await Stage.open();
  await stage.start("anyThenAll");
  await stage.raise("Go", 1);
  // The activity that ran last returned "after".
  expect((await stage.get()).output).toBe("1");
  expect(stage.log.join()).toContain("A call of 'A' is in a second Task.any or Task.all");
});

test("one timer in two races is reported, and fails the instance if strict", async () => {
  const lenient = await Stage.open();
  await lenient.start("sharedDeadline");
  await lenient.raise("Vote", 1);
  expect((await lenient.get()).runtimeStatus).toBe("Running");
  expect(lenient.log.join()).toContain("an equal timer of an earlier one is open");
  const stage = await Stage.open([], strict);
  await stage.start("sharedDeadline");
  await stage.raise("Vote", 1);
  expect((await stage.get()).output).toContain(
    "A timer for 2025-01-01T01:00:00.000Z is in Task.any or Task.all while an equal timer of an earlier one is open",
  );
});

test("a call with a retry that wins against a timer is not deterministic if it was retried", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("retriedAgainstTimer");
  await stage.fail("A");
  await stage.clock.advance(1000);
  await stage.succeed("A", "a");
  expect((await stage.get()).output).toContain("Non-Deterministic workflow detected");
});

test("the failure of an intentionally repeated call is not reported as a task in two compounds", async () => {
  const stage = await Stage.open(["A", "B"], strict);
  await stage.start("pairTwice");
  await stage.succeed("A");
  await stage.succeed("B");
  await stage.fail("A");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.succeed("B");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", problems: [] });
});

test("an HTTP call in two compounds is reported", async () => {
  const stage = await Stage.open(["A"]);
  // The server never responds, so the call is open during the whole test.
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  await stage.start("anyThenAllOfUrl", `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  await stage.raise("Go", 1);
  silent.close();
  expect(stage.log.join()).toContain(
    "is in Task.any or Task.all while an equal call of an earlier one is open",
  );
});

test("strict accepts correct orchestrations", async () => {
  const stage = await Stage.open([], strict);
  for (const [name, input] of [
    ["chain", 1],
    ["fan", 20],
    ["generations", { n: 0, of: 3, guids: [] }],
    ["entityWork", "sound"],
    ["lockTwo", undefined],
    ["fourChildren", undefined],
    ["parentCatches", undefined],
    ["ownDeadlines", undefined],
    ["equalTimers", undefined],
  ] as const) {
    await stage.start(name, input, name);
  }
  await stage.start("retryThenB");
  await stage.start("race", { ms: 1000, cancel: true }, "race");
  for (let vote = 1; vote <= 3; vote++) await stage.raise("Vote", vote, "ownDeadlines");
  await stage.clock.advance(2000);
  const { items } = await stage.engine.hub.list({ runtimeStatus: ["Completed"] });
  expect(items.filter(({ instanceId }) => !instanceId.includes(":"))).toHaveLength(11);
  expect(stage.log).toEqual([]);
});
