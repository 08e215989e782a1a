import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { END_WITH_PARENT } from "../../tools/run.ts";
import { SupervisedHost } from "../../tools/supervised-host.ts";

/** A host that ends in its own time; a message tells it to ask for a restart and to kill itself. */
const CODE = `process.on("SIGTERM", () => setTimeout(() => process.exit(0), 200));
process.on("message", (code) => {
  if (typeof code === "number") process.exit(code);
  process.send("restart", () => process.kill(process.pid, "SIGKILL"));
});
setInterval(() => {}, 1000);
process.send("up");`;

/** The supervised host, its processes, and the exit codes that were told. */
async function supervised() {
  const processes: { readonly child: ChildProcess; readonly up: Promise<unknown> }[] = [];
  const ends: number[] = [];
  const spawnHost = () => {
    const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
    const child = spawn(process.execPath, [END_WITH_PARENT, "-e", CODE], { stdio: [...stdio] });
    onTestFinished(() => void child.kill("SIGKILL"));
    processes.push({ child, up: once(child, "message") });
    return child;
  };
  const host = new SupervisedHost(spawnHost, (code) => ends.push(code));
  const upAt = async (index: number) => {
    await expect.poll(() => processes[index], { timeout: 10_000 }).toBeDefined();
    const { child, up } = processes[index] as (typeof processes)[number];
    await up;
    return child;
  };
  const first = await upAt(0);
  return { host, first, upAt, ends, count: () => processes.length };
}

test("starts another process when the one before has ended", async () => {
  const { host, first, upAt, ends } = await supervised();
  host.restart();
  await upAt(1);
  expect([first.exitCode, host.isRunning, ends]).toEqual([0, true, []]);
});

test("starts another process when it asks for that, and ends when it ends by itself", async () => {
  const { host, first, upAt, ends, count } = await supervised();
  first.send("restart");
  const second = await upAt(1);
  expect([first.signalCode, ends]).toEqual(["SIGKILL", []]);
  second.send(3);
  await expect.poll(() => ends).toEqual([3]);
  expect([host.isRunning, count()]).toEqual([false, 2]);
});

test("starts again after its own end, and stops while no process runs", async () => {
  const { host, first, upAt, ends } = await supervised();
  first.send(3);
  await expect.poll(() => ends).toEqual([3]);
  host.restart();
  (await upAt(1)).send(4);
  await expect.poll(() => ends).toEqual([3, 4]);
  host.stop();
  host.stop();
  host.restart();
  expect([ends, host.isRunning]).toEqual([[3, 4, 0], false]);
});

test("stops while it restarts", async () => {
  const { host, ends, count } = await supervised();
  host.restart();
  host.stop();
  await expect.poll(() => ends).toEqual([0]);
  host.restart();
  expect([host.isRunning, count()]).toEqual([false, 1]);
});

test("restarts only once for two changes", async () => {
  const { host, upAt, ends, count } = await supervised();
  host.restart();
  host.restart();
  await upAt(1);
  host.stop();
  await expect.poll(() => ends).toEqual([0]);
  expect(count()).toBe(2);
});

test("stops in its own time, and is killed by a kill", async () => {
  const [own, killed] = [await supervised(), await supervised()];
  for (const { host } of [own, killed]) for (let times = 0; times < 2; times++) host.stop();
  killed.host.kill();
  await expect.poll(() => [own.ends, killed.ends]).toEqual([[0], [0]]);
  expect([own.first.exitCode, killed.first.signalCode]).toEqual([0, "SIGKILL"]);
});
