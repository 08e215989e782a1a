import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** What a command has started ends with it, whatever ends it: nothing keeps a port or the lock of a store. */

const APP = path.join(ROOT, "packages/local-host/test/apps/hello-sequence");
const isLinux = process.platform === "linux";

/** A program with what it has said so far. */
function started(program: string, ...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { child, output: () => text };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  return once(server, "listening").then(
    () => new Promise<boolean>((resolve) => server.close(() => resolve(true))),
    () => false,
  );
}

function childOf(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

async function servedBy(command: { output: () => string }): Promise<number> {
  const port = () => Number(/Serving .* on http:\/\/127\.0\.0\.1:(\d+)\. /.exec(command.output())?.[1] ?? 0);
  await expect.poll(port, { timeout: 10_000 }).toBeGreaterThan(0);
  return port();
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test.runIf(isLinux)(`the host ends when npm gets ${signal}`, async () => {
    const npm = started("npm", "run", "local-host", "--", "--app", APP, "--port", "0");
    const port = await servedBy(npm);
    expect(await isFree(port)).toBe(false);
    npm.child.kill(signal);
    await expect.poll(() => isFree(port), { timeout: 5000 }).toBe(true);
  });
}

test.runIf(isLinux)("the host ends when what npm runs is killed, or the shell between", async () => {
  for (const generations of [1, 2]) {
    const npm = started("npm", "run", "local-host", "--", "--app", APP, "--port", "0");
    const port = await servedBy(npm);
    let pid = npm.child.pid;
    for (let generation = 0; generation < generations; generation++) pid = childOf(pid);
    process.kill(pid ?? 0, "SIGKILL");
    await expect.poll(() => isFree(port), { timeout: 5000 }).toBe(true);
  }
});

test("Azurite ends when what started it is killed", async () => {
  const starter = started(
    process.execPath,
    "--input-type=module",
    "-e",
    `import { startAzurite } from ${JSON.stringify(path.join(ROOT, "tools/azurite.ts"))};
console.log((await startAzurite({ survivesCtrlC: true })).ports.blob, "is its port"); setInterval(() => {}, 1000);`,
  );
  const port = () => Number(/(\d+) is its port/.exec(starter.output())?.[1] ?? 0);
  await expect.poll(port, { timeout: 20_000 }).toBeGreaterThan(0);
  starter.child.kill("SIGKILL");
  await expect.poll(() => isFree(port()), { timeout: 5000 }).toBe(true);
});

describe("a run of the tests leaves nothing behind", () => {
  /** Processes of a run that hangs: its runner, Azurite, a worker, and the host that this has started. */
  async function hangingRun(): Promise<{ npm: ChildProcess; pids: number[] }> {
    const folder = mkdtempSync(path.join(tmpdir(), "hanging-"));
    const file = path.join(folder, "pids");
    const npm = spawn("npm", ["test", "--", "--config", "test/tools/hanging/vitest.config.ts"], {
      cwd: ROOT,
      stdio: "ignore",
      // A group of its own, as a terminal gives it, so that Ctrl-C can be sent to it.
      detached: true,
      env: { ...process.env, HANGING_FILE: file },
    });
    const pids = () => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : []);
    onTestFinished(() => {
      for (const pid of [npm.pid ?? 0, ...pids()].filter(isAlive)) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true });
    });
    await expect.poll(pids, { timeout: 60_000 }).toHaveLength(4);
    return { npm, pids: pids() };
  }

  const endings: Readonly<Record<string, (npm: number, runner: number) => void>> = {
    "kill of npm": (npm) => process.kill(npm, "SIGTERM"),
    "kill -9 of npm": (npm) => process.kill(npm, "SIGKILL"),
    "Ctrl-C": (npm) => process.kill(-npm, "SIGINT"),
    "kill of the runner": (_npm, runner) => process.kill(runner, "SIGTERM"),
    "kill -9 of the runner": (_npm, runner) => process.kill(runner, "SIGKILL"),
    "kill -9 of what npm runs": (npm) => process.kill(childOf(npm), "SIGKILL"),
  };
  for (const [ending, end] of Object.entries(endings)) {
    test.runIf(isLinux)(`after ${ending}`, { timeout: 120_000 }, async () => {
      const { npm, pids } = await hangingRun();
      end(npm.pid ?? 0, pids[0] ?? 0);
      await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    });
  }
});

/** A zombie is none any more: it only waits for its parent to hear of it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
