import { csvLine } from "../../src/services/csv.ts";
import { type Ended, invariant, type Invariant, workerDeaths } from "./checks.ts";
import type { Started } from "./traffic.ts";

const HEADING = csvLine(["line", "sku", "price", "currency", "reason"]);

/** What an import has reported is in force, and every other line is among its dead letters. */
export async function checkImports(imports: readonly Started[], ended: Ended): Promise<Invariant[]> {
  const prices: string[] = [];
  const letters: string[] = [];
  for (const each of imports) {
    prices.push(...(await wrongPrices(each, ended)));
    letters.push(...(await wrongLetters(each, ended)));
  }
  return [
    invariant("the prices in force are those that imports have reported", imports.length, prices),
    invariant("the dead letters are the lines that failed, with the reasons", imports.length, letters),
  ];
}

async function wrongPrices({ id, about }: Started, { states, outside }: Ended): Promise<string[]> {
  const skus = String(about["skus"]).split(" ");
  const inForce = await Promise.all(skus.map((sku) => outside.supplier.price(sku)));
  const applied = inForce.filter((price) => price?.importId === id).length;
  const told = (states.get(id)?.result as { applied?: number } | undefined)?.applied;
  const isRight = applied === about["applied"] && told === applied;
  return isRight ? [] : [`${id}: ${applied} in force, ${told ?? "none"} told`];
}

async function wrongLetters(started: Started, ended: Ended): Promise<string[]> {
  const { id, about } = started;
  const { status, text } = await ended.client.insist("GET", `/api/imports/${id}/dead-letters`);
  const expected = HEADING + String(about["deadLetters"]);
  // A line that is tried once fails with its worker for another reason.
  const hasLostWorker = workerDeaths(ended)(started);
  const shown = (csv: string) => (hasLostWorker ? csv.replaceAll(/,EUR,.*/g, ",EUR") : csv);
  if (status === 200 && shown(text) === shown(expected)) return [];
  return [`${id}: ${JSON.stringify(status === 200 ? text : status)}, not ${JSON.stringify(expected)}`];
}
