import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { join } from "node:path";

/** The name of libvips' threads. They end when there is nothing to render for some seconds. */
const RENDERING_THREAD = "libvips worker";
/**
 * A third of the usual share of a processor that others want, too. Less would stop photos where other programs, such as
 * a storage emulator, keep all processors busy.
 */
const NICER = 5;

/**
 * Lets the threads that render now yield to the others: photos use each processor that is free, but an order hardly waits
 * for them. To be called for each photo, because of new threads. Only Linux has priorities for threads, so elsewhere
 * nothing changes.
 *
 * @param folder with a folder for each thread of this process, if there is one
 * @see https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"
 */
export function yieldToOtherThreads(folder = "/proc/self/task"): void {
  const priority = Math.min(constants.priority.PRIORITY_LOW, getPriority() + NICER);
  for (const thread of namesIn(folder)) {
    try {
      const name = readFileSync(join(folder, thread, "comm"), "utf8").trim();
      if (name === RENDERING_THREAD) setPriority(Number(thread), priority);
    } catch {
      // It has ended, or a sandbox forbids it: photos are rendered anyway, only not behind the others.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
