import process from "node:process";

const BAR = 30;
/** Without a terminal, one line each time this share is done. */
const STEP = 0.25;

/** A progress line that is redrawn; without a terminal, several plain lines. */
export class ProgressLine {
  readonly #what: string;
  readonly #total: number;
  #done = 0;
  #shown = 0;
  #detail = "";

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
    if (process.stdout.isTTY) this.#draw();
  }

  add(count: number): void {
    this.moveTo(this.#done + count);
  }

  /** @param detail shown after the bar */
  moveTo(done: number, detail = ""): void {
    if (done === this.#done && detail === this.#detail) return;
    this.#done = done;
    this.#detail = detail;
    if (process.stdout.isTTY) {
      this.#draw();
    } else if (done < this.#total && done / this.#total >= this.#shown + STEP) {
      this.#shown = done / this.#total;
      console.log(this.#text());
    }
  }

  end(): void {
    if (process.stdout.isTTY) process.stdout.write("\n");
    else console.log(this.#text());
  }

  #draw(): void {
    const filled = Math.round((this.#done / this.#total) * BAR);
    process.stdout.write(
      `\r\u001B[K${this.#text()}  ${"█".repeat(filled)}${"░".repeat(BAR - filled)}  ${this.#detail}`,
    );
  }

  #text(): string {
    return `${this.#what}: ${this.#done} of ${this.#total}`;
  }
}
