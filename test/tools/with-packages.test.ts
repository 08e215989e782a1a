import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { isAlive } from "../support/is-alive.ts";

/** A new clone whose only package is a Node that says that it was installed. */
function newClone(): string {
  const clone = mkdtempSync(path.join(tmpdir(), "new clone-"));
  onTestFinished(() => rmSync(clone, { recursive: true }));
  const manifest = { name: "clone", version: "1.0.0", dependencies: { node: "file:installed" } };
  const node = { name: "node", version: "1.0.0" };
  const packages = {
    "": manifest,
    installed: node,
    "node_modules/node": { resolved: "installed", link: true },
  };
  const files: Readonly<Record<string, string>> = {
    "package.json": JSON.stringify({
      ...manifest,
      scripts: { wait: "node tools/with-packages.mjs tools/wait.ts" },
    }),
    "package-lock.json": JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
    "installed/package.json": JSON.stringify(node),
    "installed/bin/node": `#!/bin/sh\nNODE_IS=installed exec "${process.execPath}" "$@"\n`,
    "tools/program.ts": `const flags: string[] = process.execArgv;
console.log(JSON.stringify({ node: process.env.NODE_IS, flags, args: process.argv.slice(1) }));
process.exitCode = 3;`,
    // Slow enough that a second signal would be seen.
    "tools/wait.ts": `for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => {
  console.log(signal);
  setTimeout(() => process.exit(4), 300);
});
setInterval(() => console.log("goes on"), 300);
console.log("waits", process.pid);`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    writeFileSync(path.join(clone, file), text);
  }
  chmodSync(path.join(clone, "installed/bin/node"), 0o755);
  copyFileSync(path.join(ROOT, "tools/with-packages.mjs"), path.join(clone, "tools/with-packages.mjs"));
  return clone;
}

/** The environment of a program that npm has not started. */
function withoutNpm() {
  const { npm_lifecycle_event: _, ...env } = process.env;
  return env;
}

function run(clone: string) {
  const command = ["--expose-gc", "tools/with-packages.mjs", "tools/program.ts", "--now", "a b"];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: clone,
    env: withoutNpm(),
    encoding: "utf8",
  });
  return { status, stderr, seen: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as unknown };
}

/** The process asks itself to end as soon as it has started another one, which may not have said so yet. */
const ENDS_WHEN_IT_STARTS = `--import=data:text/javascript,${encodeURIComponent(`
import childProcess from "node:child_process";
import { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { spawn } = childProcess;
childProcess.spawn = (...args) => {
  const child = spawn(...args);
  writeSync(2, ["installs", child.pid, process.pid].join(" ") + "\\n");
  process.kill(process.pid, "SIGTERM");
  return child;
};
syncBuiltinESMExports();`)}`;

test.skipIf(process.platform === "win32")(
  "the first script of a new clone installs, and goes on with the installed Node",
  { timeout: 60_000 },
  () => {
    const clone = newClone();
    const seen = { flags: ["--expose-gc"], args: [path.join(clone, "tools/program.ts"), "--now", "a b"] };
    expect(run(clone)).toEqual({
      status: 3,
      stderr: "Installing dependencies (npm ci), once; this takes a minute or more …\n",
      seen: { ...seen, node: "installed" },
    });
    // npm chooses the installed Node from here on.
    expect(run(clone)).toEqual({ status: 3, stderr: "", seen });
  },
);

test
  .skipIf(process.platform === "win32")
  .each<[what: string, lock: object, installed: object, due: boolean]>([
    ["is there", { version: "1.0.0" }, { "node_modules/a": { version: "1.0.0" } }, false],
    ["has another version", { version: "1.0.1" }, { "node_modules/a": { version: "1.0.0" } }, true],
    ["is missing", { version: "1.0.0" }, {}, true],
    ["is missing, and optional as for another platform", { version: "1.0.0", optional: true }, {}, false],
    [
      "is optional, and has another version",
      { version: "1.0.1", optional: true },
      { "node_modules/a": { version: "1.0.0" } },
      true,
    ],
  ])("a script whose package %s: installation due?", (_what, lock, installed, due) => {
  const clone = newClone();
  const packages = { "": {}, "node_modules/a": lock };
  writeFileSync(path.join(clone, "package-lock.json"), JSON.stringify({ packages }));
  mkdirSync(path.join(clone, "node_modules"));
  const lockOfInstalled = path.join(clone, "node_modules/.package-lock.json");
  writeFileSync(lockOfInstalled, JSON.stringify({ packages: installed }));
  const npm = path.join(clone, "installed/bin/npm");
  writeFileSync(npm, "#!/bin/sh\nexit 7\n");
  chmodSync(npm, 0o755);
  const env = { ...withoutNpm(), PATH: `${path.dirname(npm)}:${process.env["PATH"]}` };
  const command = ["tools/with-packages.mjs", "tools/program.ts"];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: clone, env, encoding: "utf8" });
  expect([status, stderr.includes("npm ci failed")]).toEqual(due ? [1, true] : [3, false]);
});

test.skipIf(process.platform === "win32")(
  "the first script of a new clone stops when npm is asked to end",
  { timeout: 60_000 },
  async () => {
    const { child, lines } = await waiting("npm", "run", "--silent", "wait");
    child.kill();
    await expect.poll(lines).toContain("SIGTERM");
  },
);

const FIRST = [process.execPath, "tools/with-packages.mjs", "tools/wait.ts"] as const;

test
  .skipIf(process.platform === "win32")
  .each<
    [how: string, end: (first: number, its: number) => unknown, code: number, signals: readonly string[]]
  >([
    ["is asked to end", (first) => process.kill(first, "SIGTERM"), 4, ["SIGTERM"]],
    ["gets Ctrl-C", (first) => process.kill(-first, "SIGINT"), 4, ["SIGINT"]],
    ["loses its program to a signal", (_first, its) => process.kill(its, "SIGKILL"), 1, []],
  ])(
  "the first script of a new clone that %s ends after its program, with an exit code",
  { timeout: 60_000 },
  async (_how, end, code, signals) => {
    const { child, its, lines } = await waiting(...FIRST);
    const exited = once(child, "exit");
    const closed = once(child, "close");
    end(child.pid ?? 0, its);
    expect(await exited).toEqual([code, null]);
    expect(() => process.kill(its, 0)).toThrow("ESRCH");
    await closed;
    expect(lines().filter((line) => line.startsWith("SIG"))).toEqual(signals);
  },
);

test.skipIf(process.platform === "win32")(
  "the first script of a new clone goes on without the shell that has started it",
  { timeout: 60_000 },
  async () => {
    const { child, lines } = await waiting("sh", "-c", `"$@" & read _`, "sh", ...FIRST);
    child.stdin.end();
    await once(child, "exit");
    const before = lines().length;
    await expect.poll(() => lines().length).toBeGreaterThan(before + 2);
    expect(lines()).not.toContain("SIGTERM");
  },
);

test
  .skipIf(process.platform === "win32")
  .each<[how: string, end: (script: number, shell: ChildProcess, installer: number) => unknown]>([
    ["is asked to end", (script) => process.kill(script, "SIGTERM")],
    ["is asked to end at the moment in which npm starts", () => undefined],
    ["gets Ctrl-C", (script) => process.kill(-script, "SIGINT")],
    ["is told of Ctrl-C after npm", (_script, _shell, installer) => process.kill(installer, "SIGINT")],
    ["loses npm", (_script, shell) => shell.kill("SIGKILL")],
  ])(
  "a first script that %s while it installs leaves no npm behind",
  { timeout: 60_000 },
  async (how, end) => {
    const clone = newClone();
    const npm = path.join(clone, "installed/bin/npm");
    writeFileSync(npm, "#!/bin/sh\necho installs $$ $PPID\nexec sleep 60\n");
    chmodSync(npm, 0o755);
    const env = {
      ...process.env,
      npm_lifecycle_event: "wait",
      PATH: `${path.dirname(npm)}:${process.env["PATH"]}`,
    };
    const commands: Readonly<Record<string, readonly string[]>> = {
      "loses npm": ["sh", "-c", `"$@"; exit 0`, "sh", ...FIRST],
      "is asked to end at the moment in which npm starts": [FIRST[0], ENDS_WHEN_IT_STARTS, ...FIRST.slice(1)],
    };
    const command = commands[how] ?? FIRST;
    const child = spawn(command[0] ?? "", command.slice(1), { cwd: clone, env, detached: true });
    onTestFinished(() => void (child.pid && endGroup(child.pid)));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    const ids = () => /installs (\d+) (\d+)\n/.exec(output)?.slice(1).map(Number) ?? [];
    await expect.poll(ids).toHaveLength(2);
    const [installer = 0, script = 0] = ids();
    end(script, child, installer);
    await expect.poll(() => [installer, script].filter(isAlive)).toEqual([]);
    expect(output).not.toContain("npm ci failed");
  },
);

/** The first script of a new clone, whose program waits, and what it prints. */
async function waiting(command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { cwd: newClone(), env: withoutNpm(), detached: true });
  onTestFinished(() => void (child.pid && endGroup(child.pid)));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const itsId = () => Number(/waits (\d+)\n/.exec(output)?.[1] ?? 0);
  await expect.poll(itsId).toBeGreaterThan(0);
  return { child, its: itsId(), lines: () => output.split("\n") };
}

/** Ends what an unsuccessful test has left. */
function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
