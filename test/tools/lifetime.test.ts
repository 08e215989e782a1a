import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { isAzuriteAt, startAzurite } from "../../tools/azurite.ts";
import { freePort } from "../../tools/free-port.ts";
import { LOCAL, ROOT } from "../../tools/run.ts";
import { isAlive } from "../support/is-alive.ts";

/** All processes of a command end with it in any case: none keeps a port or the lock of a store. */

const isWindows = process.platform === "win32";

/** A program with its output so far. */
function started(
  [program = "", ...args]: readonly string[],
  options: SpawnOptions = {},
): { child: ChildProcess; output: () => string } {
  const child = spawn(program, args, { cwd: ROOT, ...options, stdio: ["ignore", "pipe", "pipe"] });
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
    // Without a terminal, which would tell the other processes.
    "SIGINT of npm's child process alone": {
      command: [process.execPath, "tools/start.ts"],
      signal: "SIGINT",
    },
  };
  for (const [ending, { command, signal }] of Object.entries(endings)) {
    test.skipIf(signal !== "SIGKILL" && isWindows)(
      `does not run after ${ending}`,
      { timeout: 150_000 },
      async () => {
        const data = mkdtempSync(path.join(tmpdir(), "lifetime-"));
        const appPort = await freePort();
        const inspect = await freePort();
        const options = ["--port", String(appPort), "--data", data, `--inspect=${inspect}`];
        const app = started([...command, ...options]);
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

test(
  "an app whose port is in use takes nothing from the one that uses it",
  { timeout: 150_000 },
  async () => {
    // It answers as the shop does.
    const server = createHttpServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const note = path.join(LOCAL, `app-${port}.json`);
    writeFileSync(note, "the note of the other app");
    const data = mkdtempSync(path.join(tmpdir(), "lifetime-"));
    onTestFinished(() => [note, data].forEach((each) => rmSync(each, { recursive: true, force: true })));
    const app = started([process.execPath, "tools/start.ts", "--port", String(port), "--data", data]);
    expect(await once(app.child, "close")).toEqual([1, null]);
    expect(app.output()).toContain(`--port ${port}: `);
    expect(app.output()).not.toContain("Ready on");
    expect(readFileSync(note, "utf8")).toBe("the note of the other app");
  },
);

/** A process that runs Azurite, and its first line of output. */
async function azuriteStarter(options: object, code: string) {
  const module = `import { isAzuriteAt, startAzurite } from ${JSON.stringify(path.join(ROOT, "tools/azurite.ts"))};
import { spawn } from "node:child_process";
const azurite = await startAzurite(${JSON.stringify({ survivesCtrlC: true, ...options })});
${code}
setInterval(() => {}, 1000);`;
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", module];
  // In a separate process group, as in a terminal, so that Ctrl-C can be sent to it.
  const starter = started([process.execPath, ...flags], { detached: !isWindows });
  await expect.poll(() => starter.output().includes("\n"), { timeout: 20_000 }).toBe(true);
  return { child: starter.child, line: starter.output().trim() };
}

describe("Azurite, when its parent ends,", () => {
  test("ends", async () => {
    const { child, line } = await azuriteStarter({}, "console.log(azurite.ports.blob);");
    child.kill("SIGKILL");
    await expect.poll(() => isFree(Number(line)), { timeout: 5000 }).toBe(true);
  });

  const ends: readonly (readonly [string, (pid: number) => void])[] = [
    ["kill -9", (pid) => process.kill(pid, "SIGKILL")],
    ["Ctrl-C in the terminal", (pid) => process.kill(-pid, "SIGINT")],
  ];
  test.each(isWindows ? ends.slice(0, 1) : ends)(
    "ends only after the processes that use it, after %s",
    async (_ending, end) => {
      const { child, line } = await azuriteStarter(
        {},
        `const user = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"],
  { stdio: ["ignore", "ignore", "ignore", azurite.lifeline], detached: true });
console.log(azurite.ports.blob, user.pid, azurite.pid);`,
      );
      const [port = 0, user = 0, azurite = 0] = line.split(" ").map(Number);
      onTestFinished(() => void (isAlive(user) && process.kill(user, "SIGKILL")));
      end(child.pid ?? 0);
      await once(child, "exit");
      // Longer than Azurite takes to end.
      await delay(2000);
      expect([isAlive(azurite), await isFree(port)]).toEqual([true, false]);
      process.kill(user, "SIGKILL");
      await expect.poll(() => isFree(port), { timeout: 5000 }).toBe(true);
    },
  );

  test("loses nothing that it has acknowledged", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "azurite-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { child, line } = await azuriteStarter(
      { folder },
      "console.log(JSON.stringify([azurite.pid, azurite.connectionString]));",
    );
    const [pid, connectionString] = JSON.parse(line) as [number, string];
    const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("kept");
    await container.create();
    await container.getBlockBlobClient("photo").upload("bytes", 5);
    child.kill("SIGKILL");
    await expect.poll(() => isAlive(pid)).toBe(false);
    const again = await startAzurite({ folder });
    onTestFinished(() => again.stop());
    const blobs = BlobServiceClient.fromConnectionString(again.connectionString).getContainerClient("kept");
    expect(String(await blobs.getBlobClient("photo").downloadToBuffer())).toBe("bytes");
  });
});

test("an Azurite that has stopped leaves no timer, which would hold its parent", async () => {
  const azurite = await startAzurite({});
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  await azurite.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test("an Azurite that has ended by itself needs no stop", async () => {
  const azurite = await startAzurite({});
  process.kill(azurite.pid, "SIGKILL");
  await expect.poll(() => isAzuriteAt(azurite.ports)).toBe(false);
  await azurite.stop();
  await azurite.stop();
});

test("another program on its port is no Azurite", async () => {
  const server = createHttpServer((_, response) => response.end("[]")).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await isAzuriteAt({ blob: port, queue: port, table: port })).toBe(false);
});

test("an Azurite whose parent ends before it has begun ends, too", async () => {
  const module = pathToFileURL(path.join(ROOT, "tools/end-with-users.mjs")).href;
  // As Azurite before it listens for signals.
  const child = spawn(process.execPath, [
    `--import=${module}?within=30000`,
    "-e",
    "setInterval(() => {}, 1000)",
  ]);
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([143, null]);
});

describe("Azurite that cannot write its data", () => {
  test.skipIf(isWindows)("is killed, so that a stop ends", async () => {
    const azurite = await startAzurite({ writesWithinMs: 200 });
    const told = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => told.mockRestore());
    process.kill(azurite.pid, "SIGSTOP");
    await azurite.stop();
    expect(told.mock.calls).toEqual([[expect.stringContaining("Azurite could not write its data")]]);
    expect(isAlive(azurite.pid)).toBe(false);
  });

  test("ends after the processes that used it", async () => {
    const module = `${pathToFileURL(path.join(ROOT, "tools/end-with-users.mjs")).href}?within=200`;
    // As Azurite does on a full disk.
    const code = 'process.on("SIGTERM", () => console.log("stays")); setInterval(() => {}, 1000);';
    const child = spawn(process.execPath, [`--import=${module}`, "-e", code], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const output = text(child.stdout);
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await output).toBe("stays\n");
  });
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
