import { expect, test } from "vitest";
import { importsOf, readImports } from "../../tools/boundaries/check.ts";
import {
  checkParts,
  checkPatternFolders,
  checkTests,
  readParts,
  readPatternFiles,
} from "../../tools/boundaries/folders.ts";
import { RULES } from "../../tools/boundaries/rules.ts";

const ENGINE = "packages/local-host/src/engine";

/** The findings of the checker for the repository with one additional file, one line each. */
function withFile(path: string, text: string): string[] {
  const found = checkPatternFolders(new Map([...readPatternFiles(), [path, text]]));
  return found.map(({ path: place, says }) => `${place} ${says}`);
}

test("the folders of all patterns have the same structure", () => {
  expect(readPatternFiles().size).toBeGreaterThan(50);
  expect(checkPatternFolders(readPatternFiles())).toEqual([]);
});

test.each([
  ["sales-aggregator/sales.ts", "", "sales-aggregator/sales.ts is not called <domain>.<role>.ts"],
  ["sales-aggregator/sales.helpers.ts", "", "sales.helpers.ts is not called <domain>.<role>.ts"],
  ["sales-aggregator/sale.view.ts", "", "sales-aggregator has files of several domains: sales, sale"],
  ["order-chaining/order.view.ts", "", "order-chaining has 9 files at its top; 8 are the most"],
  ["sales-aggregator/days/day.orchestrator.ts", "export {};", "day.orchestrator.ts has no orchestrator"],
  ["sales-aggregator/days/day.ts", "export const day = orchestrator(", "is not called *.orchestrator.ts"],
  ["sales-aggregator/days/day.ts", "activity(", "is not called *.activities.ts"],
])("%s breaks the rule", (file, text, says) => {
  expect(withFile(`src/patterns/${file}`, text)).toEqual([expect.stringContaining(says)]);
});

test("a pattern has a manifest, a contract, routes and their descriptions", () => {
  const found = checkPatternFolders(new Map([["src/patterns/a-b/a.view.ts", ""]]));
  const missing = ["*.contract.ts", "*.http.ts", "*.openapi.ts", "*.pattern.ts"];
  expect(found.map(({ says }) => says)).toEqual(missing.map((file) => `has no ${file}.`));
});

test("a pattern may have subfolders", () => {
  expect(withFile("src/patterns/order-chaining/parcels/parcel-labels.ts", "export {};")).toEqual([]);
});

test("each package, and each folder of the app, has a rule for its imports", () => {
  expect(readParts()).toEqual(
    expect.arrayContaining(["packages/eslint-plugin/src", "src/storage", `${ENGINE}/history`]),
  );
  expect(checkParts(readParts(), RULES)).toEqual([]);
  const added = checkParts(["packages/new/src", "src/new", `${ENGINE}/new`], RULES);
  expect(added.map(({ path }) => path)).toEqual(["packages/new/src", "src/new", `${ENGINE}/new`]);
});

test("each shared helper of the patterns has its own test", () => {
  expect(checkTests(readImports())).toEqual([]);
  const files = {
    "src/http/a.ts": "",
    "src/durable/client/b.ts": 'import { a } from "../../http/a.ts";',
    "src/storage/c.ts": "",
    "test/storage/d.test.ts": 'import { c } from "../../src/storage/c.ts";',
  };
  const imports = Object.entries(files).map(([file, text]) => [file, importsOf(file, text)] as const);
  expect(checkTests(new Map(imports)).map(({ advice }) => advice)).toEqual([
    "Add test/http/a.test.ts.",
    "Add test/durable/b.test.ts.",
  ]);
});
