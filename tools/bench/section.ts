// Runs one section of the bench, prints its figures, and writes them to a file for the report.
import { writeFileSync } from "node:fs";
import { report } from "./measure.ts";
import type { BenchOptions } from "./measured.ts";
import { SECTIONS } from "./sections.ts";

const [name = "", file = "", json = "{}"] = process.argv.slice(2);
const section = SECTIONS[name];
if (!section) throw new Error(`There is no section ${name}`);
const options = JSON.parse(json) as BenchOptions;
const measured = await (await section.load())(options);
console.log(`${report(measured.rows, options.isShort)}\n`);
writeFileSync(file, JSON.stringify(measured));
