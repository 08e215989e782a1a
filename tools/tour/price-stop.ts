import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import type { Api, Resource } from "./api.ts";
import { bar, type Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Progress {
  readonly total: number;
  readonly applied: number;
  readonly failed: number;
  readonly retried: number;
}

interface Result {
  readonly kind: string;
  readonly applied: number;
  readonly repeated: number;
  readonly undone?: number;
  readonly deadLetters?: string;
}

type Import = Resource<Progress, Result>;

const SAMPLE = join(ROOT, "samples", "price-lists", "supplier-2027.csv");
/** Lines of the sample, whether they must become dead letters, and what they show. */
const TELLING = [
  ["flaky-2-frame", false, "failed twice, then worked"],
  ["mute-mug", false, "worked, but its answer was lost: checked afterwards, and counted"],
  ["refused-album", true, "refused, and therefore not retried"],
  ["slow-60-canvas", true, "too slow: given up, and prevented from taking effect later"],
  ["down-paper", true, "failed at every attempt"],
] as const;

export const priceStop: Stop = {
  pattern: "Error handling and retry",
  story:
    "A supplier's list of 2,000 prices has invalid lines, and the supplier has faults. Transient faults are retried,\n" +
    "refusals are not, and a slow line is given up. Failed lines are reported with their reasons, the others applied.",
  code: "src/patterns/price-import/lines/line.orchestrator.ts",
  async run(api, screen) {
    const name = `tour-${randomBytes(4).toString("hex")}`;
    await api.put(`/api/price-lists/${name}`, new Uint8Array(await readFile(SAMPLE)), "text/csv");
    const retry = { attempts: 3, firstInterval: "PT1S", maxInterval: "PT2S" };
    const policy = { onError: "retry", retry, lineTimeout: "PT2S" };
    const { progress, result } = await importList(api, screen, name, policy);
    expectSame("the import", result?.kind, "imported");
    const counts = `${progress.applied} of ${progress.total} applied, ${progress.failed} failed, ${progress.retried} retried`;
    screen.good(`the sample list: ${counts}, ${result?.repeated ?? 0} identical lines ignored`);
    await showDeadLetters(api, screen, result?.deadLetters ?? "");
    await showAllOrNothing(api, screen, name);
  },
};

async function importList(api: Api, screen: Screen, name: string, policy: object): Promise<Import> {
  const { links } = await api.post<{ links: { self: string } }>(`/api/price-lists/${name}/import`, policy);
  return api.watch<Progress, Result>(links.self, ({ progress: { applied, failed, total } }) => {
    screen.live(`  importing ${bar(applied + failed, total)}`);
  });
}

async function showDeadLetters(api: Api, screen: Screen, url: string): Promise<void> {
  const letters = Buffer.from(await api.bytes(url))
    .toString()
    .trimEnd()
    .split("\r\n");
  for (const [sku, isDead, meaning] of TELLING) {
    const letter = letters.find((line) => line.includes(`,${sku},`));
    expectSame(`${sku} among the dead letters`, letter !== undefined, isDead);
    screen.dim(`    ${sku.padEnd(16)}${meaning}`);
  }
  screen.good(
    `${letters.length - 1} dead letters with their reasons, in a file to correct and upload again:`,
  );
  for (const letter of letters.slice(1, 4)) screen.dim(`    ${letter}`);
}

async function showAllOrNothing(api: Api, screen: Screen, name: string): Promise<void> {
  const sku = `art-${name}`;
  const importLines = async (...lines: string[]) => {
    const csv = new Uint8Array(Buffer.from(["sku,price,currency", ...lines].join("\n")));
    await api.put(`/api/price-lists/${name}`, csv, "text/csv");
    return importList(api, screen, name, { onError: "fail" });
  };
  expectSame("a list without a fault", (await importLines(`${sku},1.00,EUR`)).result?.kind, "imported");
  const { result } = await importLines(`${sku},2.00,EUR`, `refused-${name},3.00,EUR`);
  expectSame("a list with a refused line", [result?.kind, result?.undone], ["rolledBack", 1]);
  const { price } = await api.get<{ price: { value: number } }>(`/api/prices/${sku}`);
  expectSame("the price afterwards", price.value, 100);
  screen.good(
    "onError: fail: one refused line rolls the whole list back, and 1.00 EUR is in force as before",
  );
}
