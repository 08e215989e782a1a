import { constants, copyFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.ts";

/** Makes `local.settings.json` from the example where there is none; one that is there is never touched. */
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
