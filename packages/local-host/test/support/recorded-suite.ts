import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { startedHost } from "./started-host.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "../../../..");

/** Programs, an app for them, and the results of the real extension; they are stored next to the repository. */
export class RecordedSuite {
  readonly folder: string;

  /** @param name of the folder @param variable names another place for it */
  constructor(name: string, variable: string) {
    this.folder = process.env[variable] ?? path.join(REPOSITORY, "../shared", name);
  }

  get isThere(): boolean {
    return existsSync(path.join(this.folder, "run.mjs"));
  }

  /** Serves a copy of the suite's app, runs the suite on it, and stops it in any case. Returns the output. */
  async play(...options: string[]): Promise<string> {
    const app = path.join(temporaryFolder(), "app");
    cpSync(path.join(this.folder, "app"), app, { recursive: true });
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(app, "node_modules"), "junction");
    const { host } = await startedHost(app);
    const run = promisify(execFile)(process.execPath, [
      path.join(this.folder, "run.mjs"),
      `--base=${host.url}`,
      ...options,
    ]);
    const { stdout, stderr } = await run.catch((error: unknown) => error as Awaited<typeof run>);
    return `${stderr}${stdout}`.trimEnd();
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "recorded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
