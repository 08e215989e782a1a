import { expect, test } from "vitest";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

/** The local host reports problems that the extension ignores silently. */

const folder = appFolder({
  "app.mjs": `import { app } from "@azure/functions";
import * as df from "durable-functions";
const actions = [[{ actionType: 0, functionName: "one" }, { actionType: 6, externalEventName: "go", reason: "ExternalEvent" }]];
// Answers like a library that has not received the event.
app.generic("OldLibrary", { trigger: { type: "orchestrationTrigger", name: "context" },
  handler: () => ({ isDone: false, actions, schemaVersion: 3 }) });
globalThis.step = "one";
df.app.activity("one", { handler: () => 1 });
df.app.activity("two", { handler: () => 2 });
df.app.orchestration("Renamed", function* (context) {
  yield context.df.callActivity(globalThis.step);
  yield context.df.waitForExternalEvent("go");
});
df.app.orchestration("Twins", function* (context) {
  const child = () => context.df.callSubOrchestrator("Waits", null, "same");
  yield context.df.Task.all([child(), child()]);
});
df.app.orchestration("Again", function* (context) {
  yield context.df.callSubOrchestrator("Ends", null, "same");
  yield context.df.callSubOrchestrator("Ends", null, "same");
});
df.app.orchestration("Ends", function* () {});
df.app.orchestration("Waits", function* (context) { yield context.df.waitForExternalEvent("go"); });
df.app.orchestration("Forgets", function* (context) {
  if (context.df.getInput() === "second") return;
  yield context.df.waitForExternalEvent("go");
  context.df.continueAsNew("second");
});
df.app.orchestration("AlwaysForgets", function* (context) {
  yield context.df.waitForExternalEvent("go");
  context.df.continueAsNew(null);
});`,
});

async function told(
  name: string,
  act?: (host: Awaited<ReturnType<typeof startedHost>>["host"]) => Promise<unknown>,
  atOnce = false,
) {
  const { host, logs } = await startedHost(folder);
  await host.hub.start({ name, instanceId: "i1", input: null });
  if (!atOnce) await host.engine.idle();
  await act?.(host);
  await host.engine.idle();
  const { problems = [] } = (await host.hub.get("i1")) ?? {};
  expect(logs.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual(
    problems.map((problem) => expect.stringContaining(problem) as string),
  );
  return problems;
}

test("a step that was renamed under a running instance, while its host was down", async () => {
  const store = new MemoryStore();
  const { host: first } = await startedHost(folder, { store });
  await first.hub.start({ name: "Renamed", instanceId: "i1", input: null });
  await first.engine.idle();
  await first.stop();
  Reflect.set(globalThis, "step", "two");
  const { host: second, logs } = await startedHost(folder, { store });
  await second.hub.raiseEvent("i1", "go", "1");
  const { problems, runtimeStatus } = await second.engine.waitForCompletion("i1");
  const lost = /Non-Deterministic workflow detected: .*named 'one', .*named 'two'/;
  expect({ problems, runtimeStatus }).toEqual({
    problems: [expect.stringMatching(lost)],
    runtimeStatus: "Failed",
  });
  expect(logs.filter(({ level }) => level === "warning")).toEqual([
    expect.objectContaining({ message: expect.stringMatching(lost) as string }),
  ]);
});

test("two children with the same id at the same time, but not in sequence", async () => {
  expect(await told("Twins")).toEqual([
    expect.stringContaining("Two sub-orchestrations with the id 'same' run at the same time"),
  ]);
  expect(await told("Again")).toEqual([]);
});

test("events that continueAsNew drops, except those that were awaited", async () => {
  const problems = await told("Forgets", async ({ hub, engine }) => {
    await hub.raiseEvent("i1", "early", "1");
    await engine.idle();
    await hub.raiseEvent("i1", "go", "1");
  });
  expect(problems).toEqual([expect.stringContaining("events that nothing had waited for: 'early'.")]);
  expect(await told("Forgets", ({ hub }) => hub.raiseEvent("i1", "go", "1"))).toEqual([]);
});

test("an instance keeps twenty problems", async () => {
  const { host, logs } = await startedHost(folder);
  await host.hub.start({ name: "AlwaysForgets", instanceId: "i1", input: null });
  for (let n = 0; n < 25; n++) {
    await host.engine.idle();
    await host.hub.raiseEvent("i1", `early-${n}`, "1");
    await host.engine.idle();
    await host.hub.raiseEvent("i1", "go", "1");
  }
  await host.engine.idle();
  expect((await host.hub.get("i1"))?.problems).toHaveLength(20);
  expect(logs.filter(({ level }) => level === "warning")).toHaveLength(20);
});

test("an event that arrived before its wait, with a library that ignores it", async () => {
  const problems = await told("OldLibrary", ({ hub }) => hub.raiseEvent("i1", "go", "1"), true);
  expect(problems).toEqual([
    expect.stringMatching(
      /waits forever\. The event 'go' arrived before the wait for it, .*durable-functions/,
    ),
  ]);
});
