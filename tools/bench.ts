import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { addRun, readRuns, runOf } from "./bench/history.ts";
import type { BenchOptions, Measured } from "./bench/measured.ts";
import { benchReport, goals, type Part } from "./bench/report.ts";
import { SECTIONS } from "./bench/sections.ts";
import { checkFolder, commandLineWithNames } from "./command-line.ts";
import { computer, loadNow } from "./report/computer.ts";
import { buildPackages, fail, LOCAL, ROOT, runNode } from "./run.ts";

/** Committed: the runs that later ones are compared with. */
const RECORDED = join(ROOT, "tools", "bench", "history.jsonl");
const HELP = `Usage: npm run bench [-- SECTION … options]

Measures the local host and the app beside baselines in the same run: median (min–max) and ratio. Writes report.md with
plots, and compares with earlier runs. All sections take about half an hour on an idle computer.

  SECTION      ${Object.keys(SECTIONS).join(", ")} (default: all);
               engine, start, time, replay and storage take less than a minute each, the others some minutes
  --short      small sizes and few repetitions: shows that the bench works, its figures mean nothing, so the report
               has no goals and no earlier runs
  --photos DIR folder of JPEG files for the photos sections (default samples/photos)
  --output DIR folder for report, plots and history.jsonl of all runs (default .local/bench)
  --record     also adds the run to tools/bench/history.jsonl, which is committed: before a release
  --help       show this text`;

const { values, names } = commandLineWithNames(HELP, {
  short: { type: "boolean", default: false },
  photos: { type: "string" },
  output: { type: "string", default: join(LOCAL, "bench") },
  record: { type: "boolean", default: false },
});
for (const name of names) if (!(name in SECTIONS)) fail(`There is no section "${name}"; --help lists them.`);
checkFolder("--photos", values.photos);
checkFolder("--output", values.output);
if (values.short && values.record) fail("--record: a short run has no figures to keep.");

const chosen = Object.keys(SECTIONS).filter((name) => names.length === 0 || names.includes(name));
const load = loadNow();
console.log(`${computer()}\n`);
if ((await buildPackages()) !== 0) process.exit(1);
const parts = await measure(chosen, { isShort: values.short, photos: values.photos });
if (parts.length === 0) fail("Nothing was measured.");

const output = resolve(ROOT, values.output);
mkdirSync(output, { recursive: true });
for (const name of readdirSync(output)) if (name.endsWith(".svg")) rmSync(join(output, name));
const own = join(output, "history.jsonl");
const run = runOf(parts, load);
const { markdown, plots } = benchReport(parts, run, [...readRuns(RECORDED), ...readRuns(own)], values.short);
writeFileSync(join(output, "report.md"), markdown);
for (const [name, plot] of Object.entries(plots)) writeFileSync(join(output, name), plot);
if (!values.short) addRun(own, run);
if (values.record) addRun(RECORDED, run);
if (!values.short) console.log(`${goals(parts).join("\n")}\n`);
console.log(`The report is ${join(output, "report.md")}`);

/** Each in its own process, so that loaded and compiled code of one section does not affect the next. */
async function measure(sections: readonly string[], options: BenchOptions): Promise<Part[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-sections-"));
  const done: Part[] = [];
  for (const [index, name] of sections.entries()) {
    console.log(`${name} (${index + 1} of ${sections.length})`);
    const file = join(folder, `${name}.json`);
    const args = ["tools/bench/section.ts", name, file, JSON.stringify(options)];
    const begun = performance.now();
    const code = await runNode([...process.execArgv, ...args]);
    console.log(`${name} took ${Math.round((performance.now() - begun) / 1000)} s\n`);
    const title = SECTIONS[name]?.title ?? name;
    if (code === 0) done.push({ name, title, ...(JSON.parse(readFileSync(file, "utf8")) as Measured) });
    else process.exitCode = code;
  }
  rmSync(folder, { recursive: true });
  return done;
}
