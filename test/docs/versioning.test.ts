import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

test("the page quotes the code of the file unchanged", () => {
  const page = read("docs/versioning.md");
  const [, file = "", code = ""] =
    /From\s+\[[^\]]+\]\(\.\.\/([^)]+)\)[^]*?```ts\n([^]*?)```/.exec(page) ?? [];
  const lines = (text: string) => text.split("\n").map((line) => line.trim());
  expect(lines(read(file)).join("\n")).toContain(lines(code).join("\n").trim());
});
