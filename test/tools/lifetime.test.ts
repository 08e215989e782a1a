import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../tools/free-port.ts";
import { ROOT } from "../../tools/run.ts";

/** All processes of a command end with it in any case: none keeps a port or the lock of a store. */

const isWindows = process.platform === "win32";

/** A program with its output so far. */
function started(program = "", ...args: string[]): { child: ChildProcess; output: () => string } {
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

describe("the app of npm start", () => {
  const endings: Readonly<Record<string, { command: string[]; signal: NodeJS.Signals }>> = {
    "kill -9 of npm's child process": {
      command: [process.execPath, "tools/start.ts"],
      signal: "SIGKILL",
    },
    "kill of npm": { command: ["npm", "start", "--"], signal: "SIGTERM" },
  };
  for (const [ending, { command, signal }] of Object.entries(endings)) {
    test.skipIf(signal === "SIGTERM" && isWindows)(
      `does not run after ${ending}`,
      { timeout: 150_000 },
      async () => {
        const data = mkdtempSync(path.join(tmpdir(), "lifetime-"));
        const appPort = await freePort();
        const inspect = await freePort();
        const options = ["--port", String(appPort), "--data", data, `--inspect=${inspect}`];
        const app = started(...command, ...options);
        const ports = () => {
          const azurite = /Azurite on ports (\d+), (\d+), (\d+)/.exec(app.output())?.slice(1) ?? [];
          return app.output().includes("Serving ") ? [appPort, ...azurite.map(Number)] : [];
        };
        await expect.poll(ports, { timeout: 90_000 }).toHaveLength(4);
        // Only the host is open to a debugger: not npm, the tool, the compiler or Azurite. The line comes through
        // another pipe than the ports.
        const debuggers = () => app.output().match(/Debugger listening on \S+/g);
        await expect.poll(debuggers).toEqual([expect.stringContaining(`ws://127.0.0.1:${inspect}/`)]);
        app.child.kill(signal);
        const free = () => Promise.all(ports().map(isFree));
        await expect.poll(free, { timeout: 10_000 }).toEqual([true, true, true, true]);
        rmSync(data, { recursive: true });
      },
    );
  }
});

test("Azurite ends when its parent is killed", async () => {
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
  /**
   * The processes of a run that hangs: npm's child process, the runner, Azurite, a worker, and the host that it has
   * started.
   */
  async function hangingRun(): Promise<{ npm: ChildProcess; pids: number[] }> {
    const folder = mkdtempSync(path.join(tmpdir(), "hanging-"));
    const file = path.join(folder, "pids");
    const npm = spawn("npm", ["test", "--", "--config", "test/tools/hanging/vitest.config.ts"], {
      cwd: ROOT,
      stdio: "ignore",
      // In a separate process group, as in a terminal, so that Ctrl-C can be sent to it.
      detached: true,
      env: { ...process.env, HANGING_FILE: file },
    });
    const pids = () => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : []);
    onTestFinished(() => {
      for (const pid of [npm.pid ?? 0, ...pids()].filter(isAlive)) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true });
    });
    await expect.poll(pids, { timeout: 60_000 }).toHaveLength(5);
    return { npm, pids: pids() };
  }

  type Pids = { readonly npm: number; readonly tool: number; readonly runner: number };
  const endings: Readonly<Record<string, (pids: Pids) => void>> = {
    "kill of npm": ({ npm }) => process.kill(npm, "SIGTERM"),
    "Ctrl-C": ({ npm }) => process.kill(-npm, "SIGINT"),
    "kill of the runner": ({ runner }) => process.kill(runner, "SIGTERM"),
    "kill -9 of the runner": ({ runner }) => process.kill(runner, "SIGKILL"),
    "kill -9 of npm's child process": ({ tool }) => process.kill(tool, "SIGKILL"),
  };
  for (const [ending, end] of Object.entries(endings)) {
    test.skipIf(isWindows)(`after ${ending}`, { timeout: 120_000 }, async () => {
      const { npm, pids } = await hangingRun();
      const [tool = 0, runner = 0] = pids;
      end({ npm: npm.pid ?? 0, tool, runner });
      await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
