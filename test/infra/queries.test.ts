import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toMilliseconds } from "../../src/durable/orchestration/duration.ts";
import { ORCHESTRATION_PATTERNS } from "../../src/patterns/patterns.ts";
import { ROOT } from "../../tools/run.ts";

const QUERIES = join(ROOT, "infra", "queries");
const query = (name: string) => readFileSync(join(QUERIES, name), "utf8");
const HOUR_MS = 3_600_000;

test("the limits of stuck instances are those of the app", () => {
  const rows = [...query("stuck-instances.kql").matchAll(/^ {4}"([a-z-]+)", (\d+)([hd]),$/gm)];
  const limits = rows.map(([, pattern, count, unit]) => [pattern, Number(count) * (unit === "d" ? 24 : 1)]);
  expect(limits).toEqual(
    ORCHESTRATION_PATTERNS.map(({ name, stuckAfter }) => [name, toMilliseconds(stuckAfter) / HOUR_MS]),
  );
});

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
