import { readdirSync, readFileSync } from "node:fs";
import { platform, setPriority } from "node:os";

/** The name of libvips' threads. They stay for the next photos, and new ones inherit the priority of their creator. */
const RENDERING_THREAD = "libvips worker";
/**
 * A third of the usual share of a processor that others want, too. Less would stop photos where other programs, such as
 * a storage emulator, keep all processors busy.
 */
const NICE = 5;

/**
 * Lets the threads that render now yield to everything else: photos use each processor that is free, but an order does
 * not wait for them. Only Linux has priorities for threads, so elsewhere nothing changes.
 * @see https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"
 */
export function yieldToOtherThreads(): void {
  if (platform() !== "linux") return;
  for (const thread of threads()) {
    try {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim();
      if (name === RENDERING_THREAD) setPriority(thread, NICE);
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
