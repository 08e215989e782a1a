import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startAzurite } from "./azurite.ts";
import { checkUrl, commandLine, numberOption } from "./command-line.ts";
import { runCampaign } from "./crash-test/campaign.ts";
import { faultOfFunc } from "./crash-test/func-check.ts";
import { recoveryPlot } from "./crash-test/recovery.ts";
import { reportOf, summary } from "./crash-test/report.ts";
import type { DoneKill } from "./crash-test/round.ts";
import { buildDeployedApp } from "./deployed-app.ts";
import { ProgressLine } from "./progress-line.ts";
import { outputFolder } from "./output-folder.ts";
import { computer } from "./report/computer.ts";
import { plotOf } from "./report/plot.ts";
import { fail, LOCAL } from "./run.ts";
import { endUntilBegun, stopOnSignals } from "./stop-on-signals.ts";

const DEFAULT_MINUTES = "600";
const HELP = `Usage: npm run crash-test [-- options]

Kills the host (SIGKILL) again and again, and every sixth time its worker, under a mixed load of all patterns. Then
waits until everything has ended, and compares: nothing that was acknowledged is lost, every effect happened once.
Writes crash-report.md with a plot. Exit code 1, and the seed, if an invariant is broken.

  --kills N            kills of host and worker together (default 60)
  --round N            kills of a round; then all must end, and is compared (default 60; with "func" all of them)
  --minutes N          no round begins after so many minutes (default ${DEFAULT_MINUTES})
  --seed N             the plan of the kills and the load (default 1)
  --rate N             calls in a second (default 6)
  --host local         (default) the local host, with the app as it is deployed (one bundle), a task hub in SQLite and
                       an Azurite that is not killed
  --host func          a running app that is started again by its supervisor, with these:
    --base URL         its address
    --pid-file F       contains the id of the host's process, also after it was started again
    --worker-pid-file F  the same of the worker; without it only the host is killed
    --storage TEXT     connection string of the shop's storage (SHOP_STORAGE_PREFIX, if it is not "shop")
    --key KEY          master key, if keys are enforced
  --output DIR         folder for report, plot, logs and task hubs (default .local/crash-test); replaces those of the last run
  --help               this text`;

const values = commandLine(HELP, {
  kills: { type: "string", default: "60" },
  round: { type: "string", default: "60" },
  minutes: { type: "string", default: DEFAULT_MINUTES },
  seed: { type: "string", default: "1" },
  rate: { type: "string", default: "6" },
  host: { type: "string", default: "local" },
  base: { type: "string" },
  "pid-file": { type: "string" },
  "worker-pid-file": { type: "string" },
  storage: { type: "string" },
  key: { type: "string" },
  output: { type: "string", default: join(LOCAL, "crash-test") },
});

/** A plan of more kills is too long to make, and more calls are too many for one process. */
const MOST: Readonly<Record<string, number>> = { kills: 100_000, round: 100_000, rate: 1000 };
const number = (name: "kills" | "round" | "minutes" | "seed" | "rate", least = 1) =>
  numberOption(`--${name}`, values[name], [least, MOST[name] ?? 999_999_999]);
const [kills, seed, rate, minutes] = [
  number("kills"),
  number("seed"),
  number("rate", 0.1),
  number("minutes", 0.1),
];
const func = funcOptions();
const killsPerRound = func ? kills : number("round");
const fault = func && (await faultOfFunc(func, values.storage ?? ""));
if (fault !== undefined) fail(fault);
const { path: output, app } = outputFolder(values.output);
const stop = stopOnSignals();
const begin = endUntilBegun(stop);

const measuredOn = computer();
if (!func) await buildDeployedApp(app);
const azurite = func ? undefined : await startAzurite({});
const storage = azurite?.connectionString ?? values.storage ?? "";
for (const name of readdirSync(output).filter((each) => /^round-\d+$/.test(each))) {
  rmSync(join(output, name), { recursive: true });
}
const progress = new ProgressLine("Kills", kills);
let done = 0;
const begun = Date.now();
const options = { kills, killsPerRound, minutes, seed, rate, folder: output, storage, app, func };
const onSettling = (open: number) =>
  progress.moveTo(done, `${open} still to end, before the round is compared`);
begin();
const campaign = await runCampaign({ ...options, stop: stop.asked, onKill: show, onSettling });
await azurite?.stop();
progress.end();

if (campaign.kills.length === 0 && campaign.failure !== undefined) {
  fail(`Ended before the first kill: ${campaign.failure}.`);
}
if (campaign.kills.length === 0 && campaign.isStopped) {
  console.error("Stopped before the first kill; the report of the last run, if there was one, is unchanged.");
  process.exit(stop.exitCode());
}
const plot = "crash-report.svg";
writeFileSync(join(output, plot), plotOf(recoveryPlot(campaign)));
writeFileSync(
  join(output, "crash-report.md"),
  reportOf(campaign, { plan: { seed, kills }, commandFor, measuredOn, plot }),
);
for (const line of summary(campaign)) console.log(line);
console.log(`The report is ${join(output, "crash-report.md")}`);
if (campaign.isStopped) {
  console.error(
    `Stopped after ${campaign.kills.length} of ${kills} kills; the last round was not compared. What it left is ` +
      `in ${campaign.folder}`,
  );
  process.exit(stop.exitCode());
}
if (campaign.failure !== undefined) {
  fail(
    `Ended after ${campaign.kills.length} of ${kills} kills: ${campaign.failure}. The last round was not compared; ` +
      `what it left is in ${campaign.folder}`,
  );
}
const first = campaign.invariants.find(({ broken }) => broken.length > 0);
if (first && campaign.brokenBy) {
  fail(`Broken: ${first.name}. ${first.broken[0]}. Repeat it with ${commandFor(campaign.brokenBy)}`);
}

/** Keys and connection strings are left out. */
function commandFor(plan: { readonly seed: number; readonly kills: number }): string {
  const places = ["base", "pid-file", "worker-pid-file"] as const;
  const given = [
    `--kills ${plan.kills} --round ${Math.min(killsPerRound, plan.kills)} --seed ${plan.seed} --rate ${rate}`,
    ...(values.minutes === DEFAULT_MINUTES ? [] : [`--minutes ${minutes}`]),
    ...(func ? ["--host func"] : []),
    ...places.flatMap((name) => (func && values[name] !== undefined ? [`--${name} ${values[name]}`] : [])),
  ];
  return `npm run crash-test -- ${given.join(" ")}`;
}

function show(kill: DoneKill, killsUntilNow: number, started: number): void {
  done = killsUntilNow;
  const open = Object.values(kill.inFlight?.instances ?? {}).reduce((sum, each) => sum + each, 0);
  const minutes = ((Date.now() - begun) / done) * ((kills - done) / 60_000);
  progress.moveTo(done, `${started} started, ${open} running, ${minutes.toFixed(1)} min left`);
}

function funcOptions() {
  const { host, base, key, storage, "pid-file": pidFile, "worker-pid-file": workerPidFile } = values;
  if (host !== "local" && host !== "func") return fail(`--host ${host}: use local or func.`);
  if (host === "local") {
    const ofFunc = (["base", "pid-file", "worker-pid-file", "storage", "key"] as const).find(
      (name) => values[name],
    );
    return ofFunc === undefined ? undefined : fail(`--${ofFunc} is for --host func.`);
  }
  checkUrl("--base", base);
  if (base === undefined || pidFile === undefined || storage === undefined) {
    return fail("--host func needs --base, --pid-file and --storage.");
  }
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  return { base: base.replace(/\/+$/, ""), key, prefix, pidFile, workerPidFile };
}
