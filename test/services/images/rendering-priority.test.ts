import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, platform } from "node:os";
import { expect, test } from "vitest";
import { SharpRenderer } from "../../../src/services/images/sharp-renderer.ts";
import { quarters, stored } from "./pictures.ts";

const RENDERING_THREADS = ["libuv-worker", "libvips worker"];

/** The priorities of this process's threads, by the name of the thread. */
function priorities(): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const thread of readdirSync("/proc/self/task")) {
    const name = readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim();
    found.set(name, (found.get(name) ?? new Set()).add(getPriority(Number(thread))));
  }
  return found;
}

test.runIf(platform() === "linux")(
  "the threads that render yield to those that answer and orchestrate",
  async () => {
    const renderer = new SharpRenderer({ photosInFlight: 2 });
    const photo = await stored(await quarters(), 1);
    const rendering = await renderer.render(async () => photo, { widths: [300], format: "webp" });
    expect(rendering.kind).toBe("rendered");

    const found = priorities();
    for (const name of RENDERING_THREADS) {
      expect(found.get(name), name).toEqual(new Set([constants.priority.PRIORITY_BELOW_NORMAL]));
    }
    const others = [...found].filter(([name]) => !RENDERING_THREADS.includes(name));
    expect(new Set(others.flatMap(([, levels]) => [...levels]))).toEqual(new Set([getPriority()]));
  },
);
