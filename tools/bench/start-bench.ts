import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { poll } from "../../src/durable/client/poll.ts";
import { bin, END_WITH_PARENT, ROOT } from "../run.ts";
import { figure, type Row } from "./measure.ts";
import type { BenchOptions, Measured } from "./measured.ts";
import { BENCH_APP, bundleBenchApp } from "./bench-app.ts";
import { scratchFolder } from "./scratch-folder.ts";

const REPETITIONS = 7;
const GOAL_MS = 200;
/** With compiled code kept from the last start, as the host does it. */
const IMPORTS_SDK = 'require("node:module").enableCompileCache(); require("durable-functions")';

/**
 * The time from `spawn` of the host, on an empty SQLite task hub, to the first finished chain, observed over HTTP. For
 * comparison, what every app needs, whatever its host: Node itself, and the import of the SDK.
 */
export async function benchStart({ isShort }: BenchOptions): Promise<Measured> {
  const bundled = scratchFolder("bench-start");
  const kinds = [
    {
      what: "start of the host to the first finished chain",
      measure: () => startToFirstChain(BENCH_APP),
      limit: GOAL_MS,
    },
    {
      what: "the same with the app and its libraries bundled into one file",
      measure: () => startToFirstChain(bundled),
      limit: GOAL_MS,
    },
    {
      what: "a Node process that only imports durable-functions, for comparison",
      measure: () => nodeProcess(IMPORTS_SDK),
    },
    { what: "a bare Node process, for comparison", measure: () => nodeProcess("0") },
  ].map((kind) => ({ ...kind, times: [] as number[] }));
  await bundleBenchApp(bundled);
  // The first start compiles, and keeps the compiled code for the others.
  for (const { measure } of kinds) await measure();
  for (let repetition = 0; repetition < (isShort ? 1 : REPETITIONS); repetition++) {
    for (const { measure, times } of kinds) times.push(await measure());
  }
  const rows = kinds.map(({ what, times, limit }): Row => ({
    what,
    unit: "milliseconds",
    ours: figure(times),
    ...(limit !== undefined && { limit }),
  }));
  return { rows };
}

async function startToFirstChain(app: string): Promise<number> {
  const folder = scratchFolder("bench-start");
  const started = performance.now();
  const host = spawn(
    process.execPath,
    [END_WITH_PARENT, bin("durable-local-host"), "--app", app, "--port", "0"].concat(
      "--store",
      `sqlite:${join(folder, "hub.db")}`,
    ),
    { stdio: ["ignore", "pipe", "ignore", "ipc"] },
  );
  try {
    let url = "";
    for await (const line of host.stdout ? createInterface({ input: host.stdout }) : []) {
      url = /on (http:\S+)\. /.exec(line)?.[1] ?? "";
      if (url) break;
    }
    await runChain(url);
    return performance.now() - started;
  } finally {
    const exited = new Promise((resolve) => host.once("exit", resolve));
    host.kill("SIGTERM");
    await exited;
  }
}

async function runChain(url: string): Promise<void> {
  const answer = await fetch(`${url}/runtime/webhooks/durabletask/orchestrators/chain`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "1",
  });
  const { statusQueryGetUri = "" } = (await answer.json()) as { statusQueryGetUri?: string };
  const ended = await poll(
    async () => {
      const status = (await (await fetch(statusQueryGetUri)).json()) as { runtimeStatus: string };
      return status.runtimeStatus === "Completed" || undefined;
    },
    { timeoutMs: 30_000, firstPauseMs: 1, longestPauseMs: 1 },
  );
  if (!ended) throw new Error("The chain does not end");
}

async function nodeProcess(code: string): Promise<number> {
  const started = performance.now();
  const node = spawn(process.execPath, ["-e", code], { stdio: "ignore", cwd: ROOT });
  await new Promise((resolve) => node.once("exit", resolve));
  return performance.now() - started;
}
