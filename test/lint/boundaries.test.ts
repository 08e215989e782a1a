import { describe, expect, test } from "vitest";
import { type Breach, checkBoundaries, importsOf, readImports } from "../../tools/boundaries/check.ts";
import { RULES } from "../../tools/boundaries/rules.ts";

/** The breaches in a repository of these files. */
function breachesIn(files: Readonly<Record<string, string>>): Breach[] {
  const imports = Object.entries(files).map(([file, text]) => [file, importsOf(file, text)] as const);
  return checkBoundaries(new Map(imports), RULES);
}

test("the repository follows all rules", () => {
  const imports = readImports();
  expect(imports.size).toBeGreaterThan(300);
  expect(imports.get("src/index.ts")?.length).toBeGreaterThan(10);
  expect(checkBoundaries(imports, RULES)).toEqual([]);
});

const ORCHESTRATOR = "src/patterns/order-chaining/order.orchestrator.ts";
const CONTRACT = "src/patterns/a-b/a.contract.ts";
const ACTIVITIES = "src/patterns/a-b/a.activities.ts";
const ENGINE = "packages/local-host/src/engine";

const BREACHES: [file: string, code: string, says: string][] = [
  ["src/services/x.ts", 'import { a } from "../../tools/run.ts";', "nothing from outside"],
  ["src/services/x.ts", 'import { a } from "durable-local-host/testing";', "nothing from outside"],
  [ACTIVITIES, 'import { a } from "../../../packages/local-host/src/index.ts";', "nothing from outside"],
  ["src/http/x.ts", 'const run = createRequire(import.meta.url)("../../tools/run.ts");', "are literals"],
  ["src/http/x.ts", "const run = await import(`../../tools/${name}.ts`);", "are literals"],
  ["src/http/endpoint.ts", 'import { app } from "durable-functions";', "Only src/durable"],
  ["src/http/endpoint.ts", 'const sdk = await import("durable-functions");', "Only src/durable"],
  [ACTIVITIES, 'import * as df from "durable-functions";', "Only src/durable"],
  [
    "src/durable/orchestration/step.ts",
    'import { a } from "../../settings.ts";',
    "does not import the rest of the app",
  ],
  ["src/values.ts", 'import { a } from "./settings.ts";', "Values are used everywhere"],
  ["src/storage/claims.ts", 'import type { A } from "../services/carrier.ts";', "the basis of the shop"],
  ["src/http/start.ts", 'import { a } from "../patterns/a-b/a.contract.ts";', "the same for all patterns"],
  ["src/signed-links/link.ts", 'import { a } from "../services/carrier.ts";', "the same for all patterns"],
  [
    "src/services/carrier.ts",
    'import { a } from "../durable/orchestration/step.ts";',
    "A service is an external system",
  ],
  [ACTIVITIES, 'import { a } from "../../services/sandbox/table-carrier.ts";', "by their interface"],
  [ACTIVITIES, 'import { a } from "../../services/images/sharp-renderer.ts";', "by their interface"],
  ["src/queues/x.ts", 'import { a } from "../services/sandbox/faults.ts";', "by their interface"],
  [
    "src/operations/purge.ts",
    'import { a } from "../patterns/a-b/a.contract.ts";',
    "through their manifests",
  ],
  [ACTIVITIES, 'import { a } from "../c-d/c.activities.ts";', "Patterns share contracts"],
  ["src/patterns/a-b/a.view.ts", 'export { a } from "../c-d/c.view.ts";', "Patterns share contracts"],
  [
    "src/patterns/a-b/lanes/lane.http.ts",
    'import { a } from "../../c-d/lanes/x.ts";',
    "Patterns share contracts",
  ],
  [ACTIVITIES, 'import sharp from "sharp";', "Patterns share contracts"],
  [CONTRACT, 'import { a } from "../../services/carrier.ts";', "Contracts import"],
  [CONTRACT, 'import sharp from "sharp";', "Contracts import"],
  [CONTRACT, 'import { a } from "../c-d/c.http.ts";', "Contracts import"],
  [ORCHESTRATOR, 'import { readFileSync } from "node:fs";', "Orchestrators are replayed"],
  [ORCHESTRATOR, 'import { a } from "../../services/carrier.ts";', "Orchestrators are replayed"],
  [ORCHESTRATOR, 'import { a } from "./order.activities.ts";', "Orchestrators are replayed"],
  [ORCHESTRATOR, 'import { app } from "durable-functions";', "work belongs in an activity"],
  [
    "packages/local-host/src/host.ts",
    'import { a } from "../../../src/settings.ts";',
    "knows only the app's path",
  ],
  [
    "packages/local-host/src/host.ts",
    'import { app } from "durable-functions";',
    "knows only the app's path",
  ],
  [
    "packages/replay/src/main.ts",
    'import { a } from "../../local-host/src/host.ts";',
    "what the local host exports",
  ],
  [
    "packages/console/src/server/main.ts",
    'import { a } from "durable-local-host";',
    "loads no code of either",
  ],
  [
    "packages/console/src/server/console.ts",
    'import { a } from "../page/main.tsx";',
    "gets the host passed in",
  ],
  ["packages/console/src/page/main.tsx", 'import { a } from "../server/console.ts";', "runs in browsers"],
  ["packages/console/src/api/management-api.ts", 'import { a } from "preact";', "for both sides"],
  [
    "packages/eslint-plugin/src/rules/no-io.ts",
    'import * as df from "durable-functions";',
    "read code as text",
  ],
  ["tools/start.ts", 'import { a } from "../packages/local-host/src/host.ts";', "like any other project"],
  [
    "test/support/shop.ts",
    'import { a } from "../../packages/local-host/dist/index.js";',
    "like any other project",
  ],
  [
    `${ENGINE}/engine.ts`,
    'import { a } from "../triggers/listeners.ts";',
    "does not import the code above it",
  ],
  [`${ENGINE}/engine.ts`, 'import { a } from "../host.ts";', "does not import the code above it"],
  ["packages/local-host/src/stores/store.ts", 'import { a } from "../engine/log.ts";', "below the engine"],
  [
    "packages/local-host/src/stores/store.ts",
    'import { a } from "../app/app-error.ts";',
    "A store keeps rows",
  ],
  ["samples/plain-sdk/src/functions/a.ts", 'import { z } from "zod";', "imports only the SDK"],
  [
    "samples/plain-sdk/src/functions/a.ts",
    'import { a } from "../../../../src/values.ts";',
    "imports only the SDK",
  ],
  ["samples/plain-sdk/src/shop.ts", 'import { a } from "../../../src/values.ts";', "a separate app"],
  ...[
    "history/events.ts",
    "settings.ts",
    "log.ts",
    "delivery/run-queue.ts",
    "replay/replay.ts",
    "task-hub.ts",
  ]
    .concat(["activities/activities.ts", "orchestrations/episode.ts", "entities/entities.ts"])
    .concat(["engine-task-hub.ts"])
    .map((file): [string, string, string] => {
      const up = file.includes("/") ? "../engine.ts" : "./engine.ts";
      return [`${ENGINE}/${file}`, `import { a } from "${up}";`, "imports only lower layers"];
    }),
  [
    `${ENGINE}/delivery/run-queue.ts`,
    'import { a } from "../replay/replay.ts";',
    "imports only lower layers",
  ],
];

describe("a file breaks a rule", () => {
  test.each(BREACHES)("%s: %s", (file, code, says) => {
    const rules = breachesIn({ [file]: code }).map(({ rule }) => `${rule.says} ${rule.advice}`);
    expect(rules.join("\n")).toContain(says);
  });

  test("every rule has an example above", () => {
    const broken = new Set(
      BREACHES.flatMap(([file, code]) => breachesIn({ [file]: code })).map(({ rule }) => rule),
    );
    expect(RULES.filter((rule) => !broken.has(rule))).toEqual([]);
  });
});

test("a breach names both files, the line, the rule and what to do", () => {
  const code = '/** Steps. */\nimport { z } from "zod";\nimport {\n  a,\n} from "../c-d/c.activities.ts";\n';
  expect(breachesIn({ [ACTIVITIES]: code })).toMatchObject([
    {
      file: ACTIVITIES,
      line: 3,
      imported: "src/patterns/c-d/c.activities.ts",
      rule: {
        says: expect.stringContaining("Patterns share contracts"),
        advice: expect.stringContaining("service"),
      },
    },
  ]);
});

test("an orchestrator must not import a service through another file, except types", () => {
  const helper = "src/patterns/order-chaining/helper.ts";
  const orchestrator = 'import { help } from "./helper.ts";';
  const service = "../../services/carrier.ts";
  const breaches = breachesIn({ [ORCHESTRATOR]: orchestrator, [helper]: `import { a } from "${service}";` });
  expect(breaches.map(({ file, imported }) => [file, imported])).toEqual([
    [ORCHESTRATOR, `${helper}, which imports src/services/carrier.ts`],
  ]);
  expect(
    breachesIn({ [ORCHESTRATOR]: orchestrator, [helper]: `import type { A } from "${service}";` }),
  ).toEqual([]);
});

test("the usual imports of a pattern follow all rules", () => {
  const code = `import { orchestrator } from "../../durable/orchestration/functions.ts";
import { money } from "../../values.ts";
import { sold } from "../sales-aggregator/sales.contract.ts";
import { order } from "./order.contract.ts";
`;
  expect(breachesIn({ [ORCHESTRATOR]: code })).toEqual([]);
  const sample = 'import * as df from "durable-functions";\nimport { bank } from "../shop.ts";\n';
  expect(breachesIn({ "samples/plain-sdk/src/functions/order-chaining.ts": sample })).toEqual([]);
});

test("text that only looks like an import is ignored", () => {
  const code = `// import { a } from "../../services/carrier.ts"
const text = 'from "sharp"';
/** What \`import("…")\` loads. */
export const name = "x";
export function f() { return "from"; }
`;
  expect(importsOf(ORCHESTRATOR, code)).toEqual([]);
});
