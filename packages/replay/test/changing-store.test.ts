import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { localStore } from "../src/index.ts";

vi.mock("node:fs", { spy: true });

test("a task hub that changes during each of twenty copies is not read", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "changing-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "task-hub.db");
  writeFileSync(file, "");
  const copy = vi.mocked(copyFileSync).mockImplementation(() => appendFileSync(file, "more"));
  await expect(localStore(file).histories({})[Symbol.asyncIterator]().next()).rejects.toThrow(
    `${file} changes too often to copy it: stop the host, or try again when it is less busy.`,
  );
  expect(copy).toHaveBeenCalledTimes(20);
});
