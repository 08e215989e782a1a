import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OrchestrationContext } from "durable-functions";
import { expect, test } from "vitest";
import { toMilliseconds } from "../../src/durable/orchestration/duration.ts";
import type { Orchestrator } from "../../src/durable/orchestration/functions.ts";
import type { Pattern } from "../../src/patterns/pattern.ts";
import { loggedPattern, ORCHESTRATION_PATTERNS, PATTERNS } from "../../src/patterns/patterns.ts";
import { ROOT } from "../../tools/run.ts";

const QUERIES = join(ROOT, "infra", "queries");
const query = (name: string) => readFileSync(join(QUERIES, name), "utf8");
const HOUR_MS = 3_600_000;

test("the query of stuck instances reads the limit that the app logs for each of its patterns", () => {
  expect(query("stuck-instances.kql")).toContain('fields["stuckAfterHours"]');
  const logged = PATTERNS.flatMap((pattern) =>
    (pattern.orchestrations?.orchestrators ?? []).map((orchestrator) => startLine(orchestrator, pattern)),
  );
  expect(logged).toEqual(
    ORCHESTRATION_PATTERNS.flatMap(({ name, stuckAfter, orchestrators }) =>
      orchestrators.map((orchestrator) => ({
        event: "orchestrationStarted",
        instanceId: expect.any(String),
        pattern: name,
        orchestration: orchestrator.name,
        stuckAfterHours: toMilliseconds(stuckAfter) / HOUR_MS,
      })),
    ),
  );
});

test("no query names a pattern, so a new pattern needs no change", () => {
  for (const name of readdirSync(QUERIES)) {
    for (const pattern of PATTERNS) expect(query(name), name).not.toContain(`"${pattern.name}"`);
  }
});

/** The first line that an instance logs. The orchestration itself stops at its missing input or at its first step. */
function startLine({ handler }: Orchestrator, pattern: Pattern): unknown {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const df = {
    instanceId: "any",
    isReplaying: false,
    currentUtcDateTime: new Date(),
    getInput: () => undefined,
    setCustomStatus: () => undefined,
    callActivityWithRetry: () => ({ isCompleted: false }),
  };
  const context = { df, info: write, warn: write, error: write } as unknown as OrchestrationContext;
  try {
    handler(context, loggedPattern(pattern)).next();
  } catch {
    // Only the first line counts.
  }
  return JSON.parse(lines[0] ?? "null");
}

test("queries read events and fields that the app writes", () => {
  const source = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(ROOT, "src", file), "utf8"))
    .join("\n");
  for (const name of readdirSync(QUERIES)) {
    const events = query(name).match(/(?<=event == "|has "|has_any \(.*")[a-zA-Z]+(?=")/g) ?? [];
    for (const event of events) expect(source).toContain(`"${event}"`);
    const fields = [...query(name).matchAll(/fields\["(\w+)"\]/g)].map(([, field]) => field ?? "");
    for (const field of fields) expect(source).toMatch(new RegExp(`\\b${field}\\b`));
  }
});
