import { describe, expect, test } from "vitest";
import { isBroken } from "../src/index.ts";
import type { History } from "../src/index.ts";
import { instanceText } from "../src/report/text.ts";
import { judged, recorded } from "./support/app-versions.ts";

/** An orchestrator with each kind of call, which waits for an event at its end. */
const BASE = `
  const input = context.df.getInput();
  const one = yield context.df.callActivity("first", input);
  const all = yield context.df.Task.all([
    context.df.callActivity("second", 1),
    context.df.callActivity("third", 2),
  ]);
  try {
    yield context.df.callActivityWithRetry("fails", { firstRetryIntervalInMilliseconds: 1000, maxNumberOfAttempts: 2 });
  } catch {
    context.df.signalEntity(counter, "add", 1);
  }
  yield context.df.callSubOrchestrator("child", { n: 1 });
  yield context.df.callEntity(counter, "add", 2);
  context.df.setCustomStatus("waiting");
  const deadline = new Date(context.df.currentUtcDateTime.getTime() + 3600000);
  const timer = context.df.createTimer(deadline);
  const answer = context.df.waitForExternalEvent("answer");
  const winner = yield context.df.Task.any([answer, timer]);
  if (!timer.isCompleted) timer.cancel();
  if (winner === answer) yield context.df.callActivity("second", answer.result);
  else yield context.df.callActivity("third", "late");
  yield context.df.waitForExternalEvent("go");
  return "done";
`.replaceAll("counter,", 'new (require("durable-functions").EntityId)("counter", "a"),');

const history = await recorded(BASE, async (host, id) => {
  await host.advance({ seconds: 10 });
  await host.instance(id).raise("answer", { approved: true });
});

/** Code before the first call. The history contains no inputs, as with the extension's default settings. */
const firstEpisode: History = { ...history, events: history.events.slice(0, 2) };

const change = (before: string, after: string, source = BASE): string => {
  if (!source.includes(before)) throw new Error(`The orchestrator has no ${before}`);
  return source.replace(before, after);
};

test("the recorded orchestrator is waiting when it is recorded", () => {
  expect(history.status).toBe("Running");
});

describe("the gate reports no difference for", () => {
  test.each([
    ["unchanged code", BASE],
    ["renamed variables", BASE.replaceAll("winner", "first").replaceAll("one", "uno")],
    ["another log line", change("const all", 'context.log("hello"); const all')],
    ["another custom status", change('"waiting"', '"waits"')],
    ["another result", change('"done"', '"finished"')],
    [
      "steps after the last recorded episode",
      change('return "done"', 'yield context.df.callActivity("third", 9); return 1'),
    ],
    ["a branch that the instance does not take", change('"late"', '"too late"')],
    [
      "a version branch around new steps",
      change("const all", 'if (context.df.version) yield context.df.callActivity("third", 0); const all'),
    ],
  ])("%s", async (_change, body) => {
    expect((await judged(history, body)).verdict).toEqual({ kind: "same" });
  });
});

describe("the gate reports a difference for", () => {
  const added = 'yield context.df.callActivity("second", 0); ';
  test.each<[string, string, string, string]>([
    ["a step that was added", change("const all", `${added}const all`), "input", "second"],
    [
      "a step that was removed",
      change('const one = yield context.df.callActivity("first", input);', ""),
      "name",
      "second",
    ],
    [
      "steps in another order",
      change('callActivity("first", input)', 'callActivity("second", input)'),
      "name",
      "second",
    ],
    [
      "a renamed activity",
      change('context.df.callActivity("first"', 'context.df.callActivity("third"'),
      "name",
      "third",
    ],
    ["another input", change('callActivity("second", 1)', 'callActivity("second", 3)'), "input", "second"],
    ["one parallel task less", change('    context.df.callActivity("third", 2),\n', ""), "missing", ""],
    [
      "one parallel task more",
      change(
        'context.df.callActivity("third", 2),',
        'context.df.callActivity("third", 2), context.df.callActivity("third", 3),',
      ),
      "added",
      "third",
    ],
    [
      "parallel work made sequential",
      change("yield context.df.Task.all([\n", "[yield ").replace(
        '\n    context.df.callActivity("third", 2),\n  ])',
        'yield context.df.callActivity("third", 2)]',
      ),
      "missing",
      "",
    ],
    [
      "a retry that became longer",
      change("firstRetryIntervalInMilliseconds: 1000", "firstRetryIntervalInMilliseconds: 2000"),
      "due time",
      "",
    ],
    ["more attempts", change("maxNumberOfAttempts: 2", "maxNumberOfAttempts: 3"), "due time", ""],
    [
      "no retry",
      change(
        /yield context.df.callActivityWithRetry.*;/.exec(BASE)?.[0] ?? "?",
        'yield context.df.callActivity("fails");',
      ),
      "kind",
      "@counter@a add",
    ],
    [
      "a removed signal",
      change(
        'context.df.signalEntity(new (require("durable-functions").EntityId)("counter", "a"), "add", 1);',
        "",
      ),
      "kind",
      "child",
    ],
    ["another operation of an entity", change('"add", 2', '"subtract", 2'), "name", "subtract"],
    ["another input of an entity", change('"add", 2', '"add", 5'), "input", "add"],
    [
      "another sub-orchestrator",
      change('callSubOrchestrator("child"', 'callSubOrchestrator("main"'),
      "name",
      "main",
    ],
    ["another input of a sub-orchestration", change("{ n: 1 }", "{ n: 2 }"), "input", "child"],
    ["another deadline", change("3600000", "7200000"), "due time", ""],
    [
      "a renamed event",
      change('waitForExternalEvent("answer")', 'waitForExternalEvent("reply")'),
      "missing",
      "",
    ],
    ["a flipped condition", change("winner === answer", "winner !== answer"), "name", "third"],
    ["an early return", change("const deadline", "return 1; const deadline"), "missing", ""],
    ["an early failure", change("const deadline", 'throw new Error("x"); const deadline'), "missing", ""],
  ])("%s", async (_change, body, what, replayed) => {
    const { verdict } = await judged(history, body);
    expect(verdict).toMatchObject({ kind: "different", difference: { what } });
    if (verdict.kind !== "different") return;
    expect(verdict.difference.replayed?.name ?? "").toContain(replayed);
    // Each change is after the first line; the orchestrator has one file.
    expect(verdict.at[0]).toMatchObject({ file: "main.js" });
    expect(verdict.at[0]?.line).toBeGreaterThan(2);
  });

  test.each([
    ["a random input", change('callActivity("first", input)', 'callActivity("first", Math.random())')],
    [
      "a random UUID of Node",
      change('callActivity("first", input)', 'callActivity("first", require("node:crypto").randomUUID())'),
    ],
    ["the system clock", change('callActivity("first", input)', 'callActivity("first", Date.now())')],
    ["a new Date()", change('callActivity("first", input)', 'callActivity("first", new Date())')],
    [
      "the year of the clock",
      change('callActivity("first", input)', 'callActivity("first", new Date().getFullYear())'),
    ],
  ])("%s, although the history contains no inputs", async (_change, body) => {
    const { verdict } = await judged(firstEpisode, body);
    expect(isBroken(verdict)).toBe(true);
    expect(verdict).toMatchObject({ kind: "unstable", at: [{ file: "main.js" }] });
  });

  test("a random input, if the history contains inputs", async () => {
    const body = change('callActivity("first", input)', 'callActivity("first", Math.random())');
    expect((await judged(history, body)).verdict).toMatchObject({
      kind: "different",
      difference: { what: "input", episode: 1 },
    });
  });

  test("a removed orchestrator", async () => {
    const renamed = { ...history, name: "former" };
    const { verdict } = await judged(renamed, BASE);
    expect(verdict).toEqual({ kind: "unknown" });
    expect(isBroken(verdict)).toBe(true);
  });

  test.each([
    ["without events", [], "has no event OrchestratorStarted"],
    ["whose first events are lost", [{ EventType: 13, EventId: -1 }], "has no event OrchestratorStarted"],
    ["with an event of another extension", [{ EventType: "ExecutionForked" }], '"ExecutionForked"'],
    ["with an event that is none", [null], "unknown type undefined"],
    [
      "with an invalid time",
      [...history.events.slice(0, 2), { EventType: 10, EventId: 0, FireAt: "soon", IsPlayed: false }],
      "An event of the history is invalid: Invalid time value",
    ],
  ])("a history %s, which is not the same", async (_case, events, why) => {
    const odd = { ...history, events } as unknown as History;
    expect((await judged(odd, BASE)).verdict).toEqual({
      kind: "unreadable",
      why: expect.stringContaining(why) as string,
    });
  });

  test("no difference for an instance that only newer code runs", async () => {
    expect((await judged({ ...history, version: "3.0" }, BASE, { defaultVersion: "2.0" })).verdict).toEqual({
      kind: "otherVersion",
    });
  });
});

test("the report of a difference contains both calls, the position and a remedy", async () => {
  const checked = await judged(history, change("winner === answer", "winner !== answer"));
  expect(instanceText(checked)).toBe(
    [
      "x main one, Running",
      "differs in episode 10: name. The extension fails the instance as non-deterministic, or lets it wait forever.",
      'recorded  activity second  #11  input {"approved":true}',
      'now       activity third  #11  input "late"',
      "at        main.js:22:25",
      "remedy    Keep the old steps for instances that are already running: give the new code a version (defaultVersion in " +
        "host.json) and branch on context.df.version; or wait until they end before you deploy.",
    ].join("\n    "),
  );
});

test("the report of another instance id contains both ids", async () => {
  const body = (id: string) =>
    `yield context.df.callSubOrchestrator("child", 1, "${id}"); yield context.df.waitForExternalEvent("go");`;
  const text = instanceText(await judged(await recorded(body("order-1")), body("order-2")));
  expect(text).toContain("recorded  sub-orchestration child  #0  instance id order-1  input 1\n");
  expect(text).toContain("now       sub-orchestration child  #0  instance id order-2  input 1\n");
});

describe("in a history of many episodes, of which several are replayed together,", () => {
  const LONG = `
    for (let i = 0; i < 320; i++) {
      if (i === 150) {
        yield context.df.Task.all([context.df.callActivity("second", 1), context.df.callActivity("third", 2)]);
      }
      yield context.df.callActivity("first", i);
    }
    yield context.df.waitForExternalEvent("go");`;
  const long = recorded(LONG);
  const parallel = /yield context\.df\.Task\.all.*/.exec(LONG)?.[0] ?? "?";
  const inOrder = 'yield context.df.callActivity("second", 1); yield context.df.callActivity("third", 2);';

  test("nothing differs with the same code", async () => {
    const checked = await judged(await long, LONG);
    expect(checked.episodes).toBeGreaterThan(300);
    expect(checked.verdict).toEqual({ kind: "same" });
  });

  test.each([
    ["another input", change('"first", i)', '"first", i === 211 ? 0 : i)', LONG), "input", 214],
    ["another name", change('"first", i)', 'i === 40 ? "second" : "first", i)', LONG), "name", 41],
    ["parallel work made sequential", change(parallel, inOrder, LONG), "missing", 151],
    ["an early end", change("i < 320", "i < 300", LONG), "missing", 303],
  ])("%s is reported with its episode", async (_change, body, what, episode) => {
    const { verdict } = await judged(await long, body);
    expect(verdict).toMatchObject({ kind: "different", difference: { what } });
    // The two activities end in one episode or in two.
    const at = verdict.kind === "different" ? verdict.difference.episode : 0;
    expect(Math.abs(at - episode)).toBeLessThanOrEqual(1);
  });
});
