import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

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
    "tools/wait.ts": `process.on("SIGTERM", () => { console.log("stopped"); process.exit(); });
setInterval(() => undefined, 1000);
console.log("waits");`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    writeFileSync(path.join(clone, file), text);
  }
  chmodSync(path.join(clone, "installed/bin/node"), 0o755);
  copyFileSync(path.join(ROOT, "tools/with-packages.mjs"), path.join(clone, "tools/with-packages.mjs"));
  return clone;
}

function run(clone: string) {
  const command = ["--expose-gc", "tools/with-packages.mjs", "tools/program.ts", "--now", "a b"];
  // Not by npm.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: clone,
    env,
    encoding: "utf8",
  });
  return { status, stderr, seen: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as unknown };
}

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

test.skipIf(process.platform === "win32")(
  "the first script of a new clone stops when npm is asked to end",
  { timeout: 60_000 },
  async () => {
    const npm = spawn("npm", ["run", "--silent", "wait"], { cwd: newClone(), detached: true });
    onTestFinished(() => void (npm.pid && endGroup(npm.pid)));
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await expect.poll(() => output).toContain("waits\n");
    npm.kill();
    await expect.poll(() => output).toContain("stopped\n");
  },
);

/** Ends what an unsuccessful test has left. */
function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
