import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { ROOT } from "../../tools/run.ts";

/**
 * The Functions host of Azure restarts, and interrupts its work, if anything changes in node_modules or a top-level
 * folder is created or deleted. So no tool may do that to a `func start` of the same checkout.
 */

// Each test starts a complete tool, which waits for the processor while other tests run.
vi.setConfig({ testTimeout: 120_000 });

const MODULES = path.join(ROOT, "node_modules");

/** Top-level folders, and all of node_modules with the time of the last change. */
function watched(): Map<string, number> {
  const top = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = readdirSync(MODULES, { recursive: true, encoding: "utf8" });
  return new Map([
    ...top.map(({ name }) => [name, 0] as const),
    ...modules.map((name) => [`node_modules/${name}`, changedAt(path.join(MODULES, name))] as const),
  ]);
}

/** 0 for files that do not exist any more. */
const changedAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The files that were created, deleted or changed while the tool ran. */
async function changesOf(tool: string, ...args: readonly string[]): Promise<string[]> {
  const before = watched();
  await promisify(execFile)(process.execPath, [path.join("tools", tool), ...args], { cwd: ROOT });
  const after = watched();
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

test("a test run writes nothing in folders that the Functions host watches", async () => {
  expect(await changesOf("test.ts", "test/durable/duration.test.ts")).toEqual([]);
});

test("the check for dead code, which loads the settings of other tools, does not write there either", async () => {
  expect(await changesOf("check.ts", "dead code")).toEqual([]);
});
