import { mkdirSync, writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { yieldToOtherThreads } from "../../../src/services/images/rendering-priority.ts";

/**
 * Prints its priority after it has found itself among the threads that render, or among others.
 *
 * Arguments: the folder of all threads, the name of its thread, its priority before.
 */
const [, , threads = "", name = "", before = ""] = process.argv;
setPriority(Number(before));
mkdirSync(join(threads, `${process.pid}`));
writeFileSync(join(threads, `${process.pid}`, "comm"), `${name}\n`);
yieldToOtherThreads(threads);
console.log(getPriority());
