import { existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundleHost } from "../../tools/bundle-host.ts";
import { ROOT } from "../../tools/run.ts";

const DIST = path.join(ROOT, "packages/local-host/dist");

test("a new bundle replaces files one by one, because a host may start from the earlier one meanwhile", async () => {
  const chunk = path.join(DIST, "program", "earlier-chunk.js");
  writeFileSync(chunk, "");
  onTestFinished(() => rmSync(chunk));
  const now = new Date();
  utimesSync(path.join(DIST, ".tsbuildinfo"), now, now);
  await bundleHost();
  expect(existsSync(chunk)).toBe(true);
  expect(existsSync(path.join(DIST, "program", "main.js"))).toBe(true);
});
