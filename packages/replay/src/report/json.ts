import { isBroken } from "../core/check.ts";
import type { CheckedInstance } from "../core/check.ts";
import type { Counts } from "./counts.ts";
import { remedyFor } from "./remedy.ts";

/** The report of the whole check as JSON text. Instances that are fine are counted, not listed. */
export function jsonReport(counts: Counts, listed: readonly CheckedInstance[]): string {
  const instances = listed.map((instance) => ({
    ...instance,
    broken: isBroken(instance.verdict),
    remedy: remedyFor(instance.verdict) || undefined,
  }));
  const { instances: histories, episodes, broken, notStarted } = counts;
  return `${JSON.stringify({ histories, episodes, broken, notStarted, orchestrators: counts.rows(), instances }, undefined, 2)}\n`;
}
