import { isBroken } from "../core/check.ts";
import type { CheckedInstance } from "../core/check.ts";

interface Row {
  readonly name: string;
  readonly version: string;
  same: number;
  broken: number;
  other: number;
}

/** How many instances of each orchestrator and version replayed as recorded, and how many did not. */
export class Counts {
  readonly #rows = new Map<string, Row>();
  instances = 0;
  episodes = 0;
  broken = 0;

  add({ name, version, episodes, verdict }: CheckedInstance): void {
    const key = JSON.stringify([name.toLowerCase(), version]);
    const row = this.#rows.get(key) ?? { name, version: version ?? "", same: 0, broken: 0, other: 0 };
    this.#rows.set(key, row);
    this.instances++;
    this.episodes += episodes;
    if (isBroken(verdict)) {
      row.broken++;
      this.broken++;
    } else if (verdict.kind === "same") row.same++;
    else row.other++;
  }

  /** Name, version, and the numbers as texts. */
  rows(): string[][] {
    return [...this.#rows.values()]
      .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
      .map(({ name, version, same, broken, other }) => [
        name || "?",
        version,
        `${same}`,
        `${broken}`,
        `${other}`,
      ]);
  }

  sentence(): string {
    const all = `${this.instances} ${this.instances === 1 ? "history" : "histories"}, ${this.episodes} episodes`;
    return this.broken === 0
      ? `${all}: all replay as they were recorded.`
      : `${all}: ${this.broken} of them would not go on as they began.`;
  }
}
