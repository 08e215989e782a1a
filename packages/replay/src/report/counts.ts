import { isBroken } from "../core/check.ts";
import type { CheckedInstance } from "../core/check.ts";

/** Instances of one orchestrator and version. */
interface Row {
  /** `?` if the history could not be read. */
  readonly name: string;
  /** Empty if there is no version. */
  readonly version: string;
  same: number;
  differ: number;
  other: number;
}

/** Counts the instances of each orchestrator and version that replayed as recorded, and those that did not. */
export class Counts {
  readonly #rows = new Map<string, Row>();
  instances = 0;
  episodes = 0;
  broken = 0;
  notStarted = 0;
  /** Instances that fail as they did before, or that only other code runs. */
  other = 0;

  add({ name, version, episodes, verdict }: CheckedInstance): void {
    const key = JSON.stringify([name.toLowerCase(), version]);
    const row = this.#rows.get(key) ?? {
      name: name || "?",
      version: version ?? "",
      same: 0,
      differ: 0,
      other: 0,
    };
    this.#rows.set(key, row);
    if (verdict.kind === "notStarted") {
      row.other++;
      this.notStarted++;
      return;
    }
    this.instances++;
    this.episodes += episodes;
    if (isBroken(verdict)) {
      row.differ++;
      this.broken++;
    } else if (verdict.kind === "same") row.same++;
    else {
      row.other++;
      this.other++;
    }
  }

  rows(): readonly Readonly<Row>[] {
    return [...this.#rows.values()].sort(
      (a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version),
    );
  }

  sentence(): string {
    if (this.notStarted === 0) return this.#result();
    return `${this.#result()} ${count(this.notStarted, "instance has", "instances have")} not started.`;
  }

  #result(): string {
    if (this.instances === 0) return "There are no histories.";
    const all = `${count(this.instances, "history", "histories")}, ${count(this.episodes, "episode", "episodes")}`;
    if (this.broken > 0)
      return `${all}: ${this.broken} ${this.broken === 1 ? "does" : "do"} not replay as recorded.`;
    return this.other > 0
      ? `${all}: no difference, but ${this.other} not compared to the end; see above.`
      : `${all}: all replay as recorded.`;
  }
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
