// Runs one workload on one peer and prints a line of JSON. A process of its own for each, because loaded and compiled
// code of one peer would change the next one's figures.
//
//   node workloads.mjs PEER WORKLOAD FOLDER
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** No workload starts another repetition after this time. */
const BUDGET_MS = 60_000;
const SLOW_ID = "slow-1";

const [peerName, workload, folder] = process.argv.slice(2);
// Written before any peer is loaded: some of them log several lines per step, which would be measured, too.
const print = process.stdout.write.bind(process.stdout);
for (const name of ["log", "info", "warn", "debug"]) console[name] = () => {};

// The tool never closes this pipe: its end is the end of the tool.
process.stdin.once("end", () => process.exit(1)).resume();
// With an exit of its own, a peer can stop its server.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const log = join(folder, "steps.log");
/** The slow workflow's step: 300 ms, and a line that survives the process. */
const slowStep = async (number) => {
  appendFileSync(log, `${number}\n`);
  await delay(300);
  return number;
};
const slowSteps = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);

/** Before the peer opens, because it may continue at once. */
const earlierSteps = slowSteps();

const { open } = await import(`./${peerName}.mjs`);
const peer = await open({ folder, slowStep, log });

const WORKLOADS = {
  /** Chains of five steps, 20 at a time: chains per second. */
  chains: () =>
    repeat(
      async () => 200 / (await seconds(() => drive(200, 20))),
      () => drive(100, 20),
    ),
  /** The same, one at a time: seconds for one chain. */
  chain: () =>
    repeat(
      async () => (await seconds(() => drive(20, 1))) / 20,
      () => drive(20, 1),
    ),
  /** 1,000 steps at once: seconds. */
  fan: () =>
    repeat(
      () => seconds(() => fan(1000)),
      () => fan(50),
    ),
  /** 72 hours raced with an event that never comes: seconds, where time can be skipped. */
  wait: () =>
    peer.wait &&
    repeat(
      () => seconds(() => peer.wait()),
      () => peer.wait(),
    ),
  /** The first chain of a new process; its end is measured outside. */
  first: () => expectResult(peer.chain(1), 6),
  /** Five steps of 300 ms; the process is killed from outside during the third one. */
  kill: async () => {
    if (!peer.startSlow) return null;
    await peer.startSlow(SLOW_ID);
    while (slowSteps() < 3) await delay(5);
    await delay(120);
    print(`kill ${peer.serverPid ?? ""}\n`);
    await delay(60_000);
  },
  /** The next process on the same folder: seconds until the workflow ends, and the steps that ran again. */
  resume: async () => {
    const time = await seconds(() => peer.endSlow(SLOW_ID));
    return { time, again: slowSteps() - earlierSteps - 2 };
  },
};

const run = WORKLOADS[workload];
if (!run) throw new Error(`There is no workload ${workload}`);
print(`${JSON.stringify((await run()) ?? null)}\n`);
await peer.close?.();
process.exit(0);

async function repeat(measure, warmUp) {
  await warmUp();
  const end = Date.now() + BUDGET_MS;
  const values = [];
  while (values.length < 5 && (values.length === 0 || Date.now() < end)) values.push(await measure());
  return values;
}

async function drive(count, drivers) {
  let next = 0;
  const driver = async () => {
    for (let x = next++; x < count; x = next++) await expectResult(peer.chain(x), x + 5);
  };
  await Promise.all(Array.from({ length: drivers }, driver));
}

function fan(width) {
  return expectResult(peer.fan(width), (width * (width - 1)) / 2);
}

async function expectResult(result, expected) {
  const got = await result;
  if (got !== expected) throw new Error(`Wrong result: ${JSON.stringify(got)} instead of ${expected}`);
}

async function seconds(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
