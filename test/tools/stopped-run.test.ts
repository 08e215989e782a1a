import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { ROOT } from "../../tools/run.ts";

// It builds, kills, and shares the processor with other tests.
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(path.join(tmpdir(), "stopped-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const report = path.join(folder, "crash-report.md");
const isWindows = process.platform === "win32";
const command = [path.join(ROOT, "tools/crash-test.ts"), "--kills", "8", "--output", folder];

test.skipIf(isWindows)(
  "a campaign that is stopped reports its kills; another one in its folder does not begin",
  async () => {
    writeFileSync(report, "The report of the last run");
    const run = spawn(process.execPath, command, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    run.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const exited = once(run, "exit");
    const hasKilled = new Promise<void>((resolve) => {
      run.stdout.on("data", (chunk: Buffer) => {
        output.stdout += chunk.toString();
        if (output.stdout.includes("Kills: 2 of 8")) resolve();
      });
    });
    await Promise.race([hasKilled, exited]);
    expect(output).toEqual({ stdout: expect.stringContaining("Kills: 2 of 8") as string, stderr: "" });

    const second = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
    expect(second).toMatchObject({
      status: 1,
      stdout: "",
      stderr: `--output ${folder}: another run uses it; name another folder.\n`,
    });

    run.kill("SIGTERM");
    expect(await exited).toEqual([143, null]);
    expect(output.stderr).toMatch(/^Stopped after [2-7] of 8 kills; .* is in .*round-1\n$/);
    expect(existsSync(path.join(folder, "round-1", "task-hub.db"))).toBe(true);
    expect(readFileSync(report, "utf8")).toMatch(
      /^[2-7] kills of the host and 0 of the worker[^]*^- Stopped early/m,
    );
  },
);

test.skipIf(isWindows)(
  "a campaign that is stopped before its first kill leaves the report of the last one",
  async () => {
    const output = path.join(folder, "early");
    mkdirSync(output);
    writeFileSync(path.join(output, "crash-report.md"), "The report of the last run");
    const args = [...command.slice(0, -1), output];
    const run = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    run.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const exited = once(run, "exit");
    await vi.waitUntil(() => existsSync(path.join(output, "round-1")), { timeout: 120_000 });
    run.kill("SIGTERM");
    expect(await exited).toEqual([143, null]);
    expect(stderr).toMatch(/^Stopped before the first kill; the report of the last run.* is unchanged\.\n$/);
    expect(readFileSync(path.join(output, "crash-report.md"), "utf8")).toBe("The report of the last run");
  },
);

test.skipIf(isWindows)("a load that is stopped reports the parts that have ended", async () => {
  const output = path.join(folder, `${path.basename(folder)}-load`);
  const args = [path.join(ROOT, "tools/load.ts"), "mixed", "--minutes", "60", "--output", output];
  const run = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  run.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(run, "exit");
  await vi.waitUntil(() => existsSync(path.join(output, "mixed", "acknowledged.jsonl")), {
    timeout: 120_000,
  });
  run.kill("SIGTERM");
  expect(await exited).toEqual([143, null]);
  expect(stderr).toBe(
    `Stopped in "mixed", which was not compared. Its log and its task hub are in ${path.join(output, "mixed")}\n`,
  );
  expect(globSync(`.local/app-of-${path.basename(output)}-*`, { cwd: ROOT })).toEqual([]);
  expect(readFileSync(path.join(output, "load-report.md"), "utf8")).toContain('Stopped in "mixed"');
});
