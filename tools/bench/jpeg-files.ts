import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "../run.ts";

/** The paths of the JPEG files in a folder; none if it does not exist. */
export function jpegFiles(folder: string): string[] {
  const path = resolve(ROOT, folder);
  const names = existsSync(path) ? readdirSync(path) : [];
  return names.filter((name) => /\.jpe?g$/i.test(name)).map((name) => join(path, name));
}
