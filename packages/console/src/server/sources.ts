import { realpathSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { SourceFile } from "../api/local-host-extras.ts";

const MAX_BYTES = 1_000_000;

/** The app's source files that replays or its pages have named. No other file is shown, whatever address asks for it. */
export class Sources {
  readonly #folder: string;
  readonly #named = new Set<string>();

  /** @param folder absolute path of the app */
  constructor(folder: string) {
    this.#folder = realpathSync(folder);
  }

  allow(files: readonly string[]): void {
    for (const file of files) this.#named.add(file);
  }

  /** Undefined for a file that may not be shown, or is not there. */
  async read(file: string): Promise<SourceFile | undefined> {
    if (!this.#named.has(file)) return undefined;
    try {
      const real = realpathSync(path.join(this.#folder, file));
      const isInside = real.startsWith(this.#folder + path.sep);
      if (!isInside || statSync(real).size > MAX_BYTES) return undefined;
      // Loaded here, because a host must start fast without a page.
      const { highlight } = await import("./highlight.ts");
      return { file, lines: highlight(readFileSync(real, "utf8")) };
    } catch {
      return undefined;
    }
  }
}
