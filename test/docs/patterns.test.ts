import { globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { PATTERNS } from "../../src/patterns/patterns.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PAGES = path.join(ROOT, "docs/patterns");
const PLAIN = path.join(ROOT, "samples/plain-sdk/src/functions");

const namesIn = (folder: string, ext: string) => readdirSync(folder).map((file) => path.basename(file, ext));
const names = namesIn(PLAIN, ".ts");

test("each pattern has a page, and a plain file if the SDK alone can show it", () => {
  const pages = namesIn(PAGES, ".md");
  expect(pages, "docs/patterns has a page with the name of each pattern's folder").toEqual(
    PATTERNS.map(({ name }) => name).toSorted(),
  );
  expect(pages).toEqual(expect.arrayContaining(names));
  expect(names.length).toBeGreaterThanOrEqual(7);
});

test("the README and the tour name the same file of each pattern to read first", () => {
  const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
  const stops = globSync("tools/tour/*-stop.ts", { cwd: ROOT });
  const onTour = stops.flatMap((stop) => /^ {2}code: "(.+)",$/m.exec(read(stop))?.[1] ?? []);
  // The third cell of a row that also links the pattern's page.
  const row = /^\|[^|]+\|[^|]+\| \[[\w.]+\]\(([^)]+)\) \| \[[\w-]+\]\(docs\/patterns\//gm;
  const inReadme = [...read("README.md").matchAll(row)].map(([, file = ""]) => file);
  expect(onTour.toSorted()).toEqual(inReadme.toSorted());
  expect(onTour.length).toBeGreaterThanOrEqual(7);
});

test("the step on the page of the saga is the one in the code", () => {
  const blocks = readFileSync(path.join(PAGES, "order-chaining.md"), "utf8").match(
    /(?<=^```ts\n)[\s\S]*?(?=^```$)/gm,
  );
  const code = readFileSync(path.join(ROOT, "src/patterns/order-chaining/order.orchestrator.ts"), "utf8");
  expect(blocks).toHaveLength(2);
  expect(code.replaceAll(/^ +/gm, "")).toContain(blocks?.[1]);
});

describe.each(names)("%s", (name) => {
  const page = readFileSync(path.join(PAGES, `${name}.md`), "utf8");
  const file = readFileSync(path.join(PLAIN, `${name}.ts`), "utf8");

  test("opens its page with the plain file, byte for byte", () => {
    const [, opening] = /^```\w*\n([\s\S]*?)^```$/m.exec(page) ?? [];
    expect(opening).toBe(file);
  });

  test("is at most 40 lines in the plain file", () => {
    expect(file.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  test("has the tests that its page names", () => {
    const tests = `test/samples/plain-sdk/${name}.test.ts`;
    expect(page).toContain(`../../${tests}`);
    expect(readFileSync(path.join(ROOT, tests), "utf8")).toContain("startPlainApp");
  });
});
