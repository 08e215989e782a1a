import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { BENCH_APP } from "./bench/bench-app.ts";
import { figure, show } from "./bench/measure.ts";
import { checkFile } from "./bench/check-file.ts";
import { choosePeers, OTHERS, type Peer } from "./bench/peers.ts";
import { commandLine } from "./command-line.ts";
import { outputFolder } from "./output-folder.ts";
import { ProgressLine } from "./progress-line.ts";
import { barsOf } from "./report/bars.ts";
import { computer } from "./report/computer.ts";
import { buildPackages, fail, LOCAL, ROOT, spawnCommand } from "./run.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const HELP = `Usage: npm run bench:peers [-- options]

Measures the local host and other engines for durable workflows, with the same workloads in the same run, and prints
a table: median (min–max). It installs the other engines into .local/peers first (about 300 MB). Then an engine takes one
to five minutes. If one fails, the exit code is 1.

  --only NAMES   the local host and only these, separated by commas: ${OTHERS.join(", ")};
                 then the files are named after them, as in peers-only-aws.md
  --postgres URL an empty database for DBOS, which is left out without it
  --rounds N     how often the start-up is measured (default 5)
  --output DIR   folder for peers.md and its picture (default .local/bench)
  --help         show this text`;

/** What a workload shows of one engine; without a value, the text says why. */
interface Cell {
  readonly value?: number;
  readonly text: string;
}

const COLUMNS = [
  "5 steps, 20 at a time (workflows per second)",
  "5 steps, one at a time (ms)",
  "1,000 steps at once (s)",
  "a wait of 72 hours (ms)",
  "start to first result (ms)",
  "killed: ends after restart (s)",
] as const;

/** A workload takes a minute at most, and its last repetition may begin just before that. */
const WORKLOAD_LIMIT_MS = 180_000;

const FAILED = "failed: ";

const values = commandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  postgres: { type: "string" },
  rounds: { type: "string", default: "5" },
  output: { type: "string", default: join(LOCAL, "bench") },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds ${values.rounds}: use a whole number from 1 up.`);
const named = values.only.flatMap((names) => names.split(","));
const chosen = await choosePeers(named, values.postgres);
const output = join(
  outputFolder(values.output).path,
  named.length > 0 ? `peers-only-${named.join("-")}` : "peers",
);
for (const type of ["md", "svg"]) checkFile(`${output}.${type}`);

const PEERS = join(LOCAL, "peers");
const { dependencies: VERSIONS } = JSON.parse(
  readFileSync(join(ROOT, "tools", "peers", "package.json"), "utf8"),
) as { readonly dependencies: Readonly<Record<string, string>> };
await install();
const stop = stopOnSignals();
const measuredOn = computer();
const progress = new ProgressLine("Measuring", chosen.length * COLUMNS.length);
const rows: { readonly peer: Peer; readonly cells: readonly Cell[] }[] = [];
for (const [name, peer] of chosen) rows.push({ peer, cells: await measure(name) });
progress.end();
const table = [
  `${measuredOn}; median (min–max) of one run`,
  "",
  `| engine | state in | ${COLUMNS.join(" | ")} |`,
  `|---|---|${"---|".repeat(COLUMNS.length)}`,
  ...rows.map(
    ({ peer, cells }) =>
      `| ${titleOf(peer)} | ${peer.store} | ${cells.map(({ text }) => text).join(" | ")} |`,
  ),
  "",
].join("\n");
const panels = COLUMNS.map((title, column) => ({
  title: `${title}; ${column === 0 ? "longer" : "shorter"} is better`,
  bars: rows.map(({ peer, cells }) => ({
    name: `${titleOf(peer)} (${peer.store})`,
    isOurs: peer.package === undefined,
    value: cells[column]?.value,
    text: cells[column]?.text ?? "",
  })),
}));
writeFileSync(`${output}.md`, `${table}\n![The same as bars](${basename(output)}.svg)\n`);
writeFileSync(`${output}.svg`, barsOf("The same workloads on several engines", panels));
console.log(`\n${table}\nThe table is in ${output}.md, and its picture beside it`);
if (rows.some(({ cells }) => cells.some(({ text }) => text.startsWith(FAILED)))) process.exitCode = 1;

function titleOf({ title, package: name }: Peer): string {
  const version = name === undefined ? undefined : VERSIONS[name];
  return version === undefined ? title : `${title} ${version}`;
}

async function install(): Promise<void> {
  if ((await buildPackages()) !== 0) process.exit(1);
  mkdirSync(PEERS, { recursive: true });
  cpSync(join(ROOT, "tools", "peers"), PEERS, { recursive: true });
  const npm = spawnCommand("npm install --no-fund --no-audit --loglevel=error", {
    cwd: PEERS,
    stdio: "inherit",
  });
  const code = await new Promise<number | null>((resolve) => npm.once("exit", resolve));
  if (code !== 0) fail("The other engines cannot be installed; see above. Is the npm registry reachable?");
}

/** One cell per column. A peer that fails or cannot do a workload says so in its cell. */
async function measure(name: string): Promise<Cell[]> {
  const milliseconds = (seconds: number) => seconds * 1000;
  const cell = async (work: () => Promise<Cell>) => {
    const done = await work().catch((error: unknown) => ({ text: `${FAILED}${String(error).slice(0, 80)}` }));
    if (stop.signal.aborted) process.exit(stop.exitCode());
    progress.add(1);
    return done;
  };
  const repeated = (workload: string, none: string, unit = (value: number) => value) =>
    cell(async () => {
      const figures = (await inFolder((folder) => lastLine(name, workload, folder))) as number[] | null;
      return figures ? measured(figures.map(unit)) : { text: none };
    });
  return [
    await repeated("chains", "–"),
    await repeated("chain", "–", milliseconds),
    await repeated("fan", "–"),
    await repeated("wait", "takes 72 hours", milliseconds),
    await cell(() => firstResult(name)),
    await cell(() => afterKill(name)),
  ];
}

function measured(figures: readonly number[]): Cell {
  const found = figure(figures);
  return { value: found.median, text: show(found) };
}

async function firstResult(name: string): Promise<Cell> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await inFolder((folder) => lastLine(name, "first", folder));
    times.push(performance.now() - started);
  }
  return measured(times);
}

async function afterKill(name: string): Promise<Cell> {
  return inFolder(async (folder) => {
    const child = start(name, "kill", folder);
    let isKilled = false;
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, server] = line.split(" ");
      if (word !== "kill") continue;
      isKilled = true;
      // A peer's server is a group of its own, which survives its client.
      if (server) process.kill(-Number(server), "SIGKILL");
      child.kill("SIGKILL");
    }
    if (!isKilled) return { text: "nothing is left" };
    const started = performance.now();
    const end = (await lastLine(name, "resume", folder)) as { readonly again: number };
    const seconds = (performance.now() - started) / 1000;
    const again = end.again === 1 ? "the running step" : `${end.again} steps`;
    return { value: seconds, text: `${seconds.toFixed(2)}; ${again} again` };
  });
}

/** Ends with the signal that stops this run. */
function start(name: string, workload: string, folder: string) {
  stop.signal.throwIfAborted();
  const env = { ...process.env, BENCH_APP, ...(values.postgres && { PEERS_POSTGRES: values.postgres }) };
  const args = [...process.execArgv, join(PEERS, "workloads.mjs"), name, workload, folder];
  const { signal } = stop;
  // Its error is the abort; the exit of the process is waited for.
  return spawn(process.execPath, args, { cwd: PEERS, env, stdio: ["pipe", "pipe", "ignore"], signal }).on(
    "error",
    () => undefined,
  );
}

/** @throws {Error} if the process fails, or has not ended after three minutes */
async function lastLine(name: string, workload: string, folder: string): Promise<unknown> {
  const child = start(name, workload, folder);
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  // With SIGTERM, a peer stops its server, too.
  const limit = setTimeout(() => child.kill("SIGTERM"), WORKLOAD_LIMIT_MS);
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) last = line;
  const code = await exit;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`${workload} ends with exit code ${code}`);
  return JSON.parse(last);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "peer-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
