import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFile } from "./bench/check-file.ts";
import { addRun, readRuns, runOf } from "./bench/history.ts";
import { jpegFiles } from "./bench/jpeg-files.ts";
import type { BenchOptions, Measured } from "./bench/measured.ts";
import { benchReport, goals, type Part } from "./bench/report.ts";
import { SECTIONS } from "./bench/sections.ts";
import { commandLineWithNames } from "./command-line.ts";
import { folderToRead } from "./folder-option.ts";
import { outputFolder } from "./output-folder.ts";
import { computer, loadNow } from "./report/computer.ts";
import { buildPackages, fail, LOCAL, ROOT, runNode } from "./run.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Committed: the runs that later ones are compared with. */
const RECORDED = join(ROOT, "tools", "bench", "history.jsonl");
/** The exit code of a process that ends with its parent. */
const STOPPED = 143;
/** The plots of a run, by name. */
const PLOT = new RegExp(String.raw`^(?:history|(?:${Object.keys(SECTIONS).join("|")})-\d+)\.svg$`);
const HELP = `Usage: npm run bench [-- SECTION … options]

Measures the local host and the app beside baselines in the same run: median (min–max) and ratio. Writes report.md with
plots, and compares with earlier runs. All sections take about half an hour on an idle computer.

  SECTION      ${Object.keys(SECTIONS).join(", ")} (default: all);
               engine, start, time, replay and storage take less than a minute each, the others some minutes
  --short      small sizes and few repetitions: shows that the bench works, its figures mean nothing, so the report
               has no goals and no earlier runs
  --photos DIR folder of JPEG files for the photos sections (default samples/photos)
  --output DIR folder for report, plots and history.jsonl of all runs (default .local/bench); replaces report and
               plots of the last run
  --record     also adds the run to tools/bench/history.jsonl, which is committed: before a release
  --help       show this text`;

const { values, names } = commandLineWithNames(HELP, {
  short: { type: "boolean", default: false },
  photos: { type: "string", default: join("samples", "photos") },
  output: { type: "string", default: join(LOCAL, "bench") },
  record: { type: "boolean", default: false },
});
for (const name of names)
  if (!Object.hasOwn(SECTIONS, name)) fail(`There is no section "${name}"; --help lists them.`);
const photos = folderToRead("--photos", values.photos);
if (jpegFiles(photos).length === 0) fail(`--photos ${values.photos}: it has no JPEG files.`);
if (values.short && values.record) fail("--record: a short run has no figures to keep.");

const output = outputFolder(values.output).path;
const own = join(output, "history.jsonl");
const report = join(output, "report.md");
const plotsBefore = readdirSync(output).filter((name) => PLOT.test(name));
for (const file of [report, own, ...plotsBefore.map((name) => join(output, name))]) checkFile(file);
const runsBefore = [...readRuns(RECORDED), ...readRuns(own)];

const chosen = Object.keys(SECTIONS).filter((name) => names.length === 0 || names.includes(name));
const load = loadNow();
console.log(`${computer()}\n`);
const stop = stopOnSignals();
void stop.asked.then(() => end(stop.exitCode()));
if ((await buildPackages()) !== 0) process.exit(1);
const parts = await measure(chosen, { isShort: values.short, photos });
if (parts.length === 0) fail("Nothing was measured.");

for (const name of plotsBefore) rmSync(join(output, name));
const run = runOf(parts, load);
const { markdown, plots } = benchReport(parts, run, runsBefore, values.short);
writeFileSync(report, markdown);
for (const [name, plot] of Object.entries(plots)) writeFileSync(join(output, name), plot);
if (!values.short) addRun(own, run);
if (values.record) addRun(RECORDED, run);
if (!values.short) console.log(`${goals(parts).join("\n")}\n`);
console.log(`The report is ${report}`);

/** The running section ends with this process. */
function end(code: number): never {
  console.error("Stopped: the report and the history of runs are unchanged.");
  process.exit(code);
}

/** Each in its own process, so that loaded and compiled code of one section does not affect the next. */
async function measure(sections: readonly string[], options: BenchOptions): Promise<Part[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-sections-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const done: Part[] = [];
  for (const [index, name] of sections.entries()) {
    console.log(`${name} (${index + 1} of ${sections.length})`);
    const file = join(folder, `${name}.json`);
    const args = ["tools/bench/section.ts", name, file, JSON.stringify(options)];
    const begun = performance.now();
    const code = await runNode([...process.execArgv, ...args]);
    // The end of npm also ends the section, perhaps before this process has seen it.
    if (code === STOPPED) end(code);
    console.log(`${name} took ${Math.round((performance.now() - begun) / 1000)} s\n`);
    const title = SECTIONS[name]?.title ?? name;
    if (code === 0) done.push({ name, title, ...(JSON.parse(readFileSync(file, "utf8")) as Measured) });
    else process.exitCode = code;
  }
  return done;
}
