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

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
    if (process.stdout.isTTY) this.#draw();
  }

  add(count: number): void {
    this.moveTo(this.#done + count);
  }

  moveTo(done: number): void {
    if (done === this.#done) return;
    this.#done = done;
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
    process.stdout.write(`\r\u001B[K${this.#text()}  ${"█".repeat(filled)}${"░".repeat(BAR - filled)}`);
  }

  #text(): string {
    return `${this.#what}: ${this.#done} of ${this.#total}`;
  }
}
