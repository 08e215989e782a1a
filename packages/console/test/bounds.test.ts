import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { readJson } from "../src/server/request-body.ts";
import { Sources } from "../src/server/sources.ts";

test("a body of more than 10,000 bytes is not read", async () => {
  const read = (length: number) =>
    readJson(Readable.from([Buffer.from(JSON.stringify("x".repeat(length - 2)))]) as IncomingMessage);
  expect(await read(10_000)).toHaveLength(9998);
  expect(await read(10_001)).toBeUndefined();
});

test("a source of more than a megabyte is not shown", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sources-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "small.js"), "run();");
  writeFileSync(path.join(folder, "large.js"), " ".repeat(1_000_001));
  const sources = new Sources(folder);
  sources.allow(["small.js", "large.js"]);
  expect(await sources.read("small.js")).toMatchObject({ file: "small.js" });
  expect(await sources.read("large.js")).toBeUndefined();
});
