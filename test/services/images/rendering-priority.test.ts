import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, platform, tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { yieldToOtherThreads } from "../../../src/services/images/rendering-priority.ts";
import { SharpRenderer } from "../../../src/services/images/sharp-renderer.ts";
import { quarters, stored } from "./pictures.ts";

const OWN = getPriority();

/** The priorities of this process's threads, by the name of the thread. */
function priorities(): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const thread of readdirSync("/proc/self/task")) {
    const name = readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim();
    found.set(name, (found.get(name) ?? new Set()).add(getPriority(Number(thread))));
  }
  return found;
}

test.runIf(platform() === "linux")("the threads that render yield to all others", async () => {
  const renderer = new SharpRenderer({ photosInFlight: 2 });
  const photo = await stored(await quarters(), 1);
  // Threads that a photo has started yield from the next one on.
  const afterOneMore = async () => {
    const rendering = await renderer.render(async () => photo, { widths: [300], format: "webp" });
    expect(rendering.kind).toBe("rendered");
    return priorities();
  };
  await expect.poll(async () => (await afterOneMore()).get("libvips worker")).toEqual(new Set([OWN + 5]));

  const others = [...priorities()].filter(([name]) => name !== "libvips worker");
  expect(new Set(others.flatMap(([, levels]) => [...levels]))).toEqual(new Set([OWN]));
});

/** Two threads, at the beginning of the list, that have ended since: the name of one can still be read. */
function endedThreads(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "threads-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const thread of ["1000000000", "1000000001"]) mkdirSync(path.join(folder, thread));
  writeFileSync(path.join(folder, "1000000000", "comm"), "libvips worker\n");
  return folder;
}

test.runIf(platform() === "linux").each([
  ["renders", "libvips worker", OWN + 3, OWN + 8],
  ["renders, and has almost the lowest priority", "libvips worker", 16, 19],
  ["has another name", "node", OWN + 3, OWN + 3],
])("a thread that %s is found beside others that have just ended", (_what, name, before, after) => {
  const program = path.join(import.meta.dirname, "yielding-process.ts");
  const args = [program, endedThreads(), name, `${before}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stdout + stderr).toBe(`${after}\n`);
});

test("nothing happens where threads have no priority", () => {
  yieldToOtherThreads(path.join(tmpdir(), "not-there"));
  expect(getPriority()).toBe(OWN);
});
