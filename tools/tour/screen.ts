import { stripVTControlCharacters, styleText } from "node:util";

/** The tour's output on the terminal: permanent lines, and one live line that is overwritten. */
export class Screen {
  readonly #out = process.stdout;
  #live = "";

  title(text: string): void {
    this.line();
    this.line(styleText(["bold", "cyan"], text));
  }

  line(text = ""): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  dim(text: string): void {
    this.line(styleText("dim", text));
  }

  good(text: string): void {
    this.line(`${styleText("green", "✓")} ${text}`);
  }

  bad(text: string): void {
    this.line(`${styleText("red", "✗")} ${text}`);
  }

  /** Shown on a terminal until the next line replaces it; not shown if the output is a file. */
  live(text: string): void {
    if (!this.#out.isTTY || text === this.#live) return;
    this.#clear();
    this.#live = fit(text, this.#out.columns);
    this.#out.write(this.#live);
  }

  #clear(): void {
    if (this.#live) this.#out.write("\r\u001b[2K");
    this.#live = "";
  }
}

/** A bar of 30 cells with figures: `█████░░░ 12/37`. */
export function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.round((30 * done) / total);
  return `${"█".repeat(filled)}${"░".repeat(30 - filled)} ${done}/${total}`;
}

const fit = (text: string, columns: number) =>
  stripVTControlCharacters(text).length < columns
    ? text
    : stripVTControlCharacters(text).slice(0, columns - 1);
