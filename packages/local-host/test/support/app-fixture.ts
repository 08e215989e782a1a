import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";

const REPOSITORY = path.resolve(import.meta.dirname, "../../../..");

const folders: string[] = [];
// The runner's processes end by a signal, so an exit handler would never run.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Writes an app folder that is deleted after the test file, with a default `host.json` and `package.json` unless given.
 */
export function appFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "local-host-app-"));
  folders.push(folder);
  symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"), "junction");
  const all = {
    "package.json": JSON.stringify({ type: "module", main: "app.mjs" }),
    "host.json": JSON.stringify({ version: "2.0" }),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}
