import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the console's package. */
export const CONSOLE = fileURLToPath(new URL("../packages/console", import.meta.url));

/** What the page is built from, also the versions of what builds it. */
const INPUTS = ["vite.config.ts", "src/{page,api}/**/*", "../../node_modules/{vite,preact}/package.json"];
/** Not in the page's folder, all of whose files are served. */
const STAMP = join(CONSOLE, "dist/.page-inputs");

/** A digest of what the page is built from: of content, because all files of a new clone have about the same time. */
export function digestOfPage(): string {
  const entries = globSync(INPUTS, { cwd: CONSOLE, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

export function isPageBuiltFrom(digest: string): boolean {
  if (!existsSync(join(CONSOLE, "dist/page/index.html")) || !existsSync(STAMP)) return false;
  return readFileSync(STAMP, "utf8") === digest;
}

export function rememberPage(digest: string): void {
  writeFileSync(STAMP, digest);
}
