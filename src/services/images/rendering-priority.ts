import { readdirSync, readFileSync } from "node:fs";
import { constants, platform, setPriority } from "node:os";

/** The threads of Node's pool, which run sharp, and those of libvips; libvips' later threads inherit their priority. */
const RENDERING_THREADS = new Set(["libuv-worker", "libvips worker"]);

/**
 * Lets rendering yield to everything else: photos use each processor that is free, but an order does not wait for them.
 * Only Linux has priorities for threads, so elsewhere nothing changes. Call it after the pool's first work, which starts
 * its threads; their file accesses and name look-ups yield, too.
 * @see https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"
 */
export function yieldToOtherThreads(): void {
  if (platform() !== "linux") return;
  for (const thread of threads()) {
    try {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim();
      if (RENDERING_THREADS.has(name)) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended, or a sandbox forbids it: photos are rendered anyway, only not behind the others.
    }
  }
}

function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [];
  }
}
