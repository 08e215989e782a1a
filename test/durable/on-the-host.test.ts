import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "durable-local-host/testing";

let host: TestHost;

beforeAll(async () => {
  host = await createTestHost({
    app: path.join(import.meta.dirname, "fixture"),
    startAt: new Date("2027-03-01T08:00:00Z"),
  });
});
afterAll(() => host?.stop());

/** Of the app's own lines, which are JSON. */
function eventsOf(instanceId: string): string[] {
  return host.logs
    .filter(({ message }) => message.startsWith('{"event":'))
    .map(({ message }) => JSON.parse(message) as { event: string; instanceId: string })
    .filter((line) => line.instanceId === instanceId)
    .map(({ event }) => event);
}

async function outcome(name: string, input: unknown) {
  const { runtimeStatus, output, customStatus } = await (await host.start(name, input)).completion();
  return { runtimeStatus, output, customStatus };
}

describe("all", () => {
  test("returns results in order", async () => {
    expect((await outcome("workAll", { names: ["b", "a", "c"] })).output).toEqual(["b", "a", "c"]);
    expect((await outcome("workAll", { names: [] })).output).toEqual([]);
  });

  test("fails with the first failure", async () => {
    const { runtimeStatus, output } = await outcome("workAll", { names: ["a", "bad"] });
    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("bad does not work");
  });
});

describe("allSettled", () => {
  test("reports every outcome, even if another step fails", async () => {
    const { output, customStatus } = await outcome("settleAll", { names: ["bad1", "a", "bad2", "b"] });
    expect(output).toEqual([
      expect.stringContaining("bad1 does not work"),
      "a",
      expect.stringContaining("bad2 does not work"),
      "b",
    ]);
    expect(customStatus).toEqual({ done: 4 });
  });

  test("waits for steps that are slower than the first failure, and runs each step once", async () => {
    const held = host.activity("work").nextCall();
    const before = host.activity("work").calls.length;
    const instance = await host.start("settleAll", { names: ["slow", "bad", "quick"] });
    const slow = await held;
    await expect
      .poll(() => host.activity("work").calls.filter((call) => call.outcome).length)
      .toBe(before + 2);
    slow.release();
    expect((await instance.completion()).output).toEqual(["slow", expect.stringContaining("bad"), "quick"]);
    expect(host.activity("work").calls).toHaveLength(before + 3);
  });

  test("of an empty list is an empty list", async () => {
    expect((await outcome("settleAll", { names: [] })).output).toEqual([]);
  });
});

describe("an undo stack", () => {
  test("runs in reverse, skips removed undos, and continues after a failed one", async () => {
    expect((await outcome("undoAll", { names: ["first", "bad", "last"] })).output).toEqual({
      undone: ["undoWork", "undoWork"],
      failed: [{ activity: "undoWork", message: "bad stays done" }],
      log: "refused; undone: undoWork, undoWork; NOT undone, needs manual repair: undoWork",
    });
    const calls = host.activity("undoWork").calls.map(({ input }) => (input as { name: string }).name);
    expect(calls).toEqual(["last", "bad", "bad", "first"]);
  });
});

describe("race", () => {
  test("won by an event cancels the timer: the instance ends immediately", async () => {
    const before = host.clock.now();
    const instance = await host.start("raceEvent", { patienceHours: 72 });
    await instance.raise("answered", { answer: "yes" });
    expect(await instance.status()).toMatchObject({ runtimeStatus: "Completed", output: "yes" });
    expect(host.clock.now()).toBe(before);
  });

  test("won by the timer returns the timer's name, after that time", async () => {
    const before = host.clock.now();
    expect((await outcome("raceEvent", { patienceHours: 72 })).output).toBe("nobody answered");
    expect(host.clock.now() - before).toBe(72 * 3_600_000);
  });

  test("won by an activity returns its result, or throws its error", async () => {
    expect((await outcome("raceWork", { names: ["a"] })).output).toBe("a");
    const failed = await outcome("raceWork", { names: ["bad"] });
    expect(failed).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringContaining("bad does not"),
    });
  });
});

describe("sub-orchestrations", () => {
  test("return typed results, with their own id if given", async () => {
    const instance = await host.start("parent", { names: ["a"] }, { instanceId: "family" });
    expect((await instance.completion()).output).toEqual(["a", "a"]);
    expect((await host.instance("family-child").status()).output).toEqual(["a"]);
  });
});

describe("continueAsNew", () => {
  test("continues with the next input and an empty history", async () => {
    const instance = await host.start("countDown", { left: 3, seen: [] });
    const { output } = await instance.completion();
    expect((output as { seen: string[] }).seen).toHaveLength(3);
    expect((await instance.history()).filter(({ event }) => event === "TimerFired")).toHaveLength(1);
  });
});

test("an input that the contract does not allow fails the instance, and names the field", async () => {
  const { runtimeStatus, output } = await outcome("countDown", { left: -1, seen: [] });
  expect(runtimeStatus).toBe("Failed");
  expect(output).toContain("left");
});

test("a log line is written once, not again on every replay", async () => {
  const instance = await host.start("workAll", { names: ["a"] });
  await instance.completion();
  expect(instance.replays).toBe(2);
  expect(eventsOf(instance.id)).toEqual(["orchestrationStarted", "allWorked", "orchestrationCompleted"]);
});

test("log lines contain the end of an execution: a failure with its reason, but no line for a continuation", async () => {
  const failed = await host.start("workAll", { names: ["bad"] });
  await failed.completion();
  expect(eventsOf(failed.id)).toEqual(["orchestrationStarted", "orchestrationFailed"]);
  expect(host.logs.find(({ message }) => message.includes("orchestrationFailed"))?.message).toContain(
    '"reason":"bad does not work"',
  );

  const counting = await host.start("countDown", { left: 2, seen: [] });
  await counting.completion();
  const start = "orchestrationStarted";
  expect(eventsOf(counting.id)).toEqual([start, start, start, "orchestrationCompleted"]);
});

describe("the client", () => {
  async function call(name: string, id: string): Promise<unknown> {
    const response = await host.fetch(`/api/client/${name}`, {
      method: "POST",
      body: JSON.stringify({ id }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    await host.settle();
    return ((await response.json()) as { answer: unknown }).answer;
  }

  test("starts an id once while it is unfinished", async () => {
    expect(await call("start", "once")).toBe("started");
    expect(await call("start", "once")).toBe("exists");
  });

  test("finds an instance with its times, and with its output once it exists", async () => {
    await call("start", "found");
    const running = { instanceId: "found", runtimeStatus: "Running", input: { patienceHours: 1 } };
    expect(await call("find", "found")).toMatchObject(running);
    expect(await call("find", "found")).not.toHaveProperty("output");
    await call("raise", "found");
    expect(await call("find", "found")).toMatchObject({ runtimeStatus: "Completed", output: "yes" });
  });

  test("finds nothing for another orchestration's id, or for an id that would change the request", async () => {
    await host.start("workAll", { names: [] }, { instanceId: "another" });
    for (const id of ["another", "none", "", "..", "../instances", "a?b=c", "a#b", "%2e%2e", "@entity@key"]) {
      expect(await call("find", id)).toBe("nothing");
    }
  });

  test("terminates with any text as the reason", async () => {
    await call("start", "ended");
    await call("terminate", "ended");
    expect(await host.instance("ended").status()).toMatchObject({
      runtimeStatus: "Terminated",
      output: "no more: it's over & done?",
    });
  });

  test("treats a purged instance like a finished one", async () => {
    for (const name of ["raise", "terminate"]) await expect(call(name, "purged")).resolves.toBeUndefined();
  });
});
