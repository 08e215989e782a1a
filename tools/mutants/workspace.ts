import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { LOCAL, ROOT } from "../run.ts";

/** A copy of the repository that may be changed, for one worker; packages are shared. */
export function makeWorkspace(name: string): string {
  const folder = join(LOCAL, "mutants", `copy-${name}`);
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) {
    // The test runner's cache of modules is kept.
    if (entry !== basename(LOCAL)) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const file of files.split("\0")) {
    if (file && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file));
  }
  linkPackages(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** A package of the repository is already a link, which points to the package in the copy. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const target = entry.isSymbolicLink() ? readlinkSync(join(from, entry.name)) : join(from, entry.name);
    symlinkSync(entry.isSymbolicLink() ? join(to, target) : target, join(to, entry.name), "junction");
  }
}
