import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** What a command has started ends with it, whatever ends it: nothing keeps a port or the lock of a store. */

const APP = path.join(ROOT, "test/local-host/apps/hello-sequence");
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
