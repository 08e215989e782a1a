import { readdirSync, readFileSync } from "node:fs";
import { getPriority, platform } from "node:os";
import { expect, test } from "vitest";
import { SharpRenderer } from "../../../src/services/images/sharp-renderer.ts";
import { quarters, stored } from "./pictures.ts";

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
  const own = getPriority();
  const photo = await stored(await quarters(), 1);
  // Threads that a photo has started yield from the next one on.
  const afterOneMore = async () => {
    const rendering = await renderer.render(async () => photo, { widths: [300], format: "webp" });
    expect(rendering.kind).toBe("rendered");
    return priorities();
  };
  await expect.poll(async () => (await afterOneMore()).get("libvips worker")).toEqual(new Set([own + 5]));

  const others = [...priorities()].filter(([name]) => name !== "libvips worker");
  expect(new Set(others.flatMap(([, levels]) => [...levels]))).toEqual(new Set([own]));
});
