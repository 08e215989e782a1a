import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const PAGE = join(import.meta.dirname, "../../dist/page");

test("all that the page loads is less than 150 kB compressed", () => {
  const files = globSync("**/*.{html,css,js}", { cwd: PAGE });
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(PAGE, file))).length, 0);
  process.stdout.write(`The page is ${(bytes / 1000).toFixed(1)} kB compressed.\n`);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(150_000);
});
