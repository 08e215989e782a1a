import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copiesWith } from "./mutations/copies.ts";
import { HARMLESS } from "./mutations/harmless.ts";
import type { Mutation } from "./mutations/mutation.ts";
import { MUTATIONS } from "./mutations/mutations.ts";
import { type Finding, oxlint } from "./support/oxlint.ts";

let folder: string;
let paths: ReadonlyMap<Mutation, string>;
let findings: readonly Finding[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mutations-"));
  paths = copiesWith([...MUTATIONS, ...HARMLESS], folder);
  findings = await oxlint(folder, [...paths.values()]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rulesFor = (mutation: Mutation): string[] => [
  ...new Set(findings.filter(({ file }) => file === paths.get(mutation)).map(({ rule }) => rule)),
];

describe("the linter on seeded faults", () => {
  it.each(MUTATIONS)("finds: $name", (mutation) => {
    expect(rulesFor(mutation)).toContain(mutation.rule);
  });

  it.each(HARMLESS)("does not report: $name", (mutation) => {
    expect(rulesFor(mutation)).toEqual([]);
  });

  it("finds every fault", () => {
    const rows = MUTATIONS.map((mutation) => ({
      change: mutation.name,
      file: mutation.file,
      "found by": rulesFor(mutation).join(", ") || "no rule",
    }));
    console.table(rows);
    expect(rows.filter((row) => row["found by"] === "no rule")).toEqual([]);
  });
});
