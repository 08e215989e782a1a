import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startAzurite } from "./azurite.ts";
import { commandLineWithNames, numberOption } from "./command-line.ts";
import { buildDeployedApp } from "./deployed-app.ts";
import { loadAtOnce } from "./load/at-once.ts";
import { loadMixed } from "./load/mixed.ts";
import { loadMonth } from "./load/month.ts";
import { type LoadOptions, loadReport, loadSummary, type Part } from "./load/part.ts";
import { outputFolder } from "./output-folder.ts";
import { computer } from "./report/computer.ts";
import { fail, LOCAL } from "./run.ts";
import { endUntilBegun, stopOnSignals } from "./stop-on-signals.ts";

const KEPT_DAYS = 7;
const PARTS = ["at-once", "mixed", "month"] as const;
const USUAL = { starts: "200", minutes: "1", rate: "6", days: "30", daily: "100", seed: "1" };
const OPTIONS = Object.keys(USUAL) as (keyof typeof USUAL)[];
const HELP = `Usage: npm run load [-- PART … options]

Loads the app as it is deployed (one bundle) on the local host, with its task hub in SQLite and an Azurite, over HTTP.
Then compares: no 5xx, nothing lost, doubled or left running, and all books agree. Writes load-report.md with plots.
Exit code 1 if an invariant is broken.

  PART             ${PARTS.join(", ")} (default: all)
    at-once        starts at the same moment, pattern by pattern, each by two requests with one key
      --starts N   how many (default ${USUAL.starts})
    mixed          starts of all patterns at a constant rate, whether earlier ones have been answered or not
      --minutes N  for so long (default ${USUAL.minutes})
      --rate N     calls in a second (default ${USUAL.rate})
    month          mixed traffic in virtual time, with a purge after a week
      --days N     for so long (default ${USUAL.days})
      --daily N    calls in a day (default ${USUAL.daily})
  --seed N         what callers do (default ${USUAL.seed})
  --output DIR     folder for report, plots, logs and task hubs (default .local/load)
  --help           show this text`;

const { values, names } = commandLineWithNames(HELP, {
  starts: { type: "string", default: USUAL.starts },
  minutes: { type: "string", default: USUAL.minutes },
  rate: { type: "string", default: USUAL.rate },
  days: { type: "string", default: USUAL.days },
  daily: { type: "string", default: USUAL.daily },
  seed: { type: "string", default: USUAL.seed },
  output: { type: "string", default: join(LOCAL, "load") },
});
for (const name of names) {
  if (!PARTS.some((part) => part === name)) fail(`There is no part "${name}"; --help lists them.`);
}
/** More calls are too many for one process. */
const MOST: Readonly<Record<string, number>> = { starts: 10_000, rate: 1000, daily: 10_000 };
const numberOf = (name: keyof typeof USUAL) =>
  numberOption(`--${name}`, values[name], [
    name === "minutes" || name === "rate" ? 0.1 : 1,
    MOST[name] ?? 999_999,
  ]);
const numbers = Object.fromEntries(OPTIONS.map((name) => [name, numberOf(name)])) as Record<
  keyof typeof USUAL,
  number
>;
const { starts, minutes, rate, days, daily, seed } = numbers;
const { path: output, app } = outputFolder(values.output);
const stop = stopOnSignals();
const begin = endUntilBegun(stop);
const chosen = PARTS.filter((name) => names.length === 0 || names.includes(name));

const run: Readonly<Record<(typeof PARTS)[number], (options: LoadOptions) => Promise<Part>>> = {
  "at-once": (options) => loadAtOnce({ ...options, starts }),
  mixed: (options) => loadMixed({ ...options, seconds: 60 * minutes, rate }),
  month: (options) =>
    loadMonth({
      ...options,
      days,
      callsPerDay: daily,
      keptDays: KEPT_DAYS,
    }),
};

await buildDeployedApp(app);
const azurite = await startAzurite({});
for (const name of readdirSync(output).filter((each) => /^load-.*\.(?:md|svg)$/.test(each))) {
  rmSync(join(output, name));
}
const measuredOn = computer();
let stoppedIn: string | undefined;
begin();
const parts: Part[] = [];
for (const name of chosen) {
  const folder = join(output, name);
  rmSync(folder, { recursive: true, force: true });
  const options = {
    app,
    folder,
    storage: azurite.connectionString,
    seed,
    onProgress: progressOf(name),
  };
  const part = await Promise.race([run[name](options), stop.asked]);
  if (process.stdout.isTTY) process.stdout.write("\n");
  if (!part) {
    stoppedIn = name;
    break;
  }
  parts.push(part);
}
await azurite.stop();

const { markdown, plots } = loadReport(parts, { command: command(), computer: measuredOn, stoppedIn });
writeFileSync(join(output, "load-report.md"), markdown);
for (const [name, plot] of Object.entries(plots)) writeFileSync(join(output, name), plot);
for (const line of loadSummary(parts)) console.log(line);
console.log(`The report is ${join(output, "load-report.md")}`);
if (stoppedIn !== undefined) {
  console.error(
    `Stopped in "${stoppedIn}", which was not compared. Its log and its task hub are in ${join(output, stoppedIn)}`,
  );
  process.exit(stop.exitCode());
}
const broken = parts.flatMap(({ invariants }) => invariants).find((each) => each.broken.length > 0);
if (broken) fail(`Broken: ${broken.name}. ${broken.broken[0]}`);

/** One line that is redrawn; without a terminal, a line every half a minute. */
function progressOf(name: string): (text: string) => void {
  let shown = 0;
  return (text) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${name}: ${text}`);
    else if (performance.now() - shown > 30_000) {
      shown = performance.now();
      console.log(`${name}: ${text}`);
    }
  };
}

function command(): string {
  const changed = OPTIONS.filter((name) => values[name] !== USUAL[name]);
  const given = [...names, ...changed.map((name) => `--${name} ${values[name]}`)];
  return ["npm run load", ...(given.length > 0 ? ["--"] : []), ...given].join(" ");
}
