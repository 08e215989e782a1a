import { constants, copyFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.ts";

/** Creates `local.settings.json` from the example if it does not exist; an existing file is never changed. */
export function ensureLocalSettings(): void {
  try {
    copyFileSync(
      join(ROOT, "local.settings.example.json"),
      join(ROOT, "local.settings.json"),
      constants.COPYFILE_EXCL,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
