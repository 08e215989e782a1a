// Renders one photo twice at the same time, and prints the peak megabytes, minus those of the idle process.
import { readFile } from "node:fs/promises";
import type { RenderingOrder } from "../../src/services/images/image-renderer.ts";
import { SharpRenderer } from "../../src/services/images/sharp-renderer.ts";

const [file = "", json = ""] = process.argv.slice(2);
const order = JSON.parse(json) as RenderingOrder;
const renderer = new SharpRenderer({ photosInFlight: 2 });
const peak = () => process.resourceUsage().maxRSS / 1000;
const idle = peak();
const renderings = await Promise.all([1, 2].map(() => renderer.render(() => readFile(file), order)));
for (const rendering of renderings) {
  if (rendering.kind !== "rendered") throw new Error(JSON.stringify(rendering));
}
console.log(peak() - idle);
