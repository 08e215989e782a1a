import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";
import { configs } from "../src/index.ts";
import { oxlint } from "./support/oxlint.ts";
import { project } from "./support/project.ts";

const CLOCK = "performance.now()";
const orchestration = (body: string, imports = "") =>
  `import * as df from "durable-functions";\n${imports}\ndf.app.orchestration("x", function* (context) { ${body} });\n`;

/** The findings of oxlint, as `file: rule`. */
async function found(files: Readonly<Record<string, string>>, settings?: object): Promise<string[]> {
  const findings = await oxlint(project(files), ["."], settings);
  return findings.map(({ file, rule }) => `${file}: ${rule}`).toSorted();
}

describe("files that orchestrators import", () => {
  it("are checked by the same rules, in the functions that orchestrators call", async () => {
    const findings = await found({
      "src/x.ts": orchestration(
        "yield* part(context); used(); helpers.named(); new Totals().add(); fallback();",
        `import fallback, { part, used } from "./parts.js"; import * as helpers from "./all.ts"; import { Totals } from "./totals";`,
      ),
      "src/parts.ts": `import type { OrchestrationContext } from "durable-functions";
        import { deep } from "./deeper/index.ts";
        export function* part(context: OrchestrationContext) { deep(); yield context.df.callActivity("a"); }
        export const used = () => { console.log("not here"); };
        export const unused = () => ${CLOCK};
        export default function () { return ${CLOCK}; }`,
      "src/deeper/index.ts": `export { deep } from "./deep.ts";`,
      "src/deeper/deep.ts": `export function deep(): number { return ${CLOCK}; }`,
      "src/all.ts": `export * from "./named.ts";`,
      "src/named.ts": `export const named = () => ${CLOCK}; export const other = () => ${CLOCK};`,
      "src/totals.ts": `export class Totals { add() { return this.now(); } now() { return ${CLOCK}; } never() { return ${CLOCK}; } }`,
      "src/elsewhere.ts": `export const named = () => ${CLOCK};`,
    });
    expect(findings).toEqual([
      "src/deeper/deep.ts: no-clock",
      "src/named.ts: no-clock",
      "src/parts.ts: no-clock",
      "src/totals.ts: no-clock",
    ]);
  });

  it("are found by require as well", async () => {
    const findings = await found({
      "x.js": `const df = require("durable-functions"); const { named } = require("./named"); const whole = require("./whole");
        df.app.orchestration("x", function* () { named(); whole(); return 1; });`,
      "named.js": `module.exports = { named, other: () => ${CLOCK} }; function named() { return ${CLOCK}; }`,
      "whole.js": `module.exports = () => ${CLOCK};`,
    });
    expect(findings).toEqual(["named.js: no-clock", "whole.js: no-clock"]);
  });

  it("can contain the orchestrator itself", async () => {
    const findings = await found({
      "main.ts": `import * as df from "durable-functions"; import { run } from "./run.ts"; df.app.orchestration("x", run);`,
      "run.ts": `export function* run(context) { ${CLOCK}; yield 5; context.df.callActivity("a"); }`,
    });
    expect(findings).toEqual(["run.ts: no-clock", "run.ts: no-dropped-task", "run.ts: yield-tasks"]);
  });

  it("may re-export globals and exports of packages", async () => {
    const findings = await found({
      "x.ts": orchestration("now(); id();", `import { now, id } from "./passed.ts";`),
      "passed.ts": `export const now = Date.now; export { randomUUID as id } from "node:crypto";`,
    });
    expect(findings).toEqual(["x.ts: no-clock", "x.ts: no-random"]);
  });

  it("are ignored when crossFile is off", async () => {
    const files = {
      "x.ts": orchestration("now();", `import { now } from "./now.ts";`),
      "now.ts": `export const now = () => ${CLOCK};`,
    };
    expect(await found(files)).toEqual(["now.ts: no-clock"]);
    expect(await found(files, { crossFile: false })).toEqual([]);
  });
});

describe("functions of other properties with the same name", () => {
  const clock = `{ handler: () => ${CLOCK} }`;

  it("are not checked with the handler of an orchestration", async () => {
    const findings = await found({
      "x.js": `const df = require("durable-functions"); const { app } = require("@azure/functions");
        df.app.activity("before", ${clock});
        df.app.orchestration("x", { handler: function* (context) { yield 5; } });
        df.app.activity("after", ${clock}); app.http("start", ${clock}); df.app.entity("e", ${clock});`,
    });
    expect(findings).toEqual(["x.js: yield-tasks"]);
  });

  it("are not checked with the one that an orchestrator calls", async () => {
    const findings = await oxlint(
      project({
        "x.ts": orchestration("used.now();", `import { used } from "./clocks.ts";`),
        "clocks.ts": `export const unused = { now: () => ${CLOCK} };
export const used = { now: () => ${CLOCK} };
export const other = { now: () => ${CLOCK} };`,
      }),
    );
    expect(findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([
      "clocks.ts:2 no-clock",
    ]);
  });
});

describe("settings", () => {
  it("name the wrappers of orchestrators", async () => {
    const files = {
      "x.ts": `import { flow } from "./flow.ts"; export const x = flow({}, function* () { ${CLOCK}; });`,
    };
    expect(await found(files)).toEqual([]);
    expect(await found(files, { wrappers: ["flow"] })).toEqual(["x.ts: no-clock"]);
  });

  it("name files that contain only orchestrator code", async () => {
    const files = {
      "src/a.workflow.ts": `export function* run() { ${CLOCK}; }`,
      "src/a.ts": `export function* run() { ${CLOCK}; }`,
    };
    expect(await found(files, { files: ["src/**/*.workflow.ts"] })).toEqual(["src/a.workflow.ts: no-clock"]);
  });
});

describe("registered-names", () => {
  const names = `export const NAMES = { send: "sendMail" } as const;`;
  const activities = `import * as df from "durable-functions"; import { NAMES } from "./names.ts";
    df.app.activity(NAMES.send, { handler: () => 1 }); df.app.activity("charge", { handler: () => 1 });`;

  it("finds calls of unregistered names", async () => {
    const files = {
      "names.ts": names,
      "activities.ts": activities,
      "x.ts": orchestration(
        `yield context.df.callActivity("chrage"); yield context.df.callActivityWithRetry("refund", retry);
         yield context.df.callSubOrchestrator("y");`,
        `const retry = new df.RetryOptions(1000, 3);`,
      ),
    };
    const findings = await oxlint(project(files));
    expect(findings.map(({ message }) => message).toSorted()).toEqual([
      'No activity is registered as "chrage", so this call fails the instance. Did you mean "charge"?',
      'No activity is registered as "refund", so this call fails the instance. Register it with app.activity, or correct the name.',
      'No orchestration is registered as "y", so this call fails the instance. Register it with app.orchestration, or correct the name.',
    ]);
  });

  it("resolves constants of other files, ignores case, and reads function.json of the v3 model", async () => {
    const findings = await found({
      "names.ts": names,
      "activities.ts": activities,
      "Legacy/function.json": "{}",
      "x.ts": orchestration(
        `yield context.df.callActivity(NAMES.send); yield context.df.callActivity("Charge");
         yield context.df.callActivity("Legacy"); yield context.df.callActivity(context.df.getInput());
         yield context.df.callSubOrchestrator("x");`,
        `import { NAMES } from "./names.ts";`,
      ),
    });
    expect(findings).toEqual([]);
  });

  it("reports nothing where names are known only at run time, or nothing is registered", async () => {
    const call = orchestration(`yield context.df.callActivity("unknown");`);
    const dynamic = `import * as df from "durable-functions"; for (const name of ["unknown"]) df.app.activity(name, { handler: () => 1 });`;
    expect(await found({ "x.ts": call, "activities.ts": dynamic })).toEqual([]);
    expect(await found({ "x.ts": call })).toEqual([]);
    const broken = `import * as df from "durable-functions"; df.app.activity("unknown", {`;
    const other = `import * as df from "durable-functions"; df.app.activity("other", { handler: () => 1 });`;
    expect(await found({ "x.ts": call, "other.ts": other })).toEqual(["x.ts: registered-names"]);
    const files = await found({ "x.ts": call, "other.ts": other, "broken.ts": broken });
    expect(files).not.toContain("x.ts: registered-names");
  });
});

describe("with ESLint", () => {
  it("reads the files of the project in the same way", async () => {
    const folder = project({
      "x.js": orchestration("now();", `import { now } from "./now.js";`),
      "now.js": `export const now = () => ${CLOCK};`,
    });
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: [configs.recommended as never],
    });
    const results = await eslint.lintFiles(["."]);
    const ids = results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
    expect(ids).toEqual(["durable-functions/no-clock"]);
  });
});
