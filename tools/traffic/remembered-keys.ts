import type { ProductSales } from "../../src/patterns/sales-aggregator/sales.contract.ts";
import { remember, REMEMBERED } from "../../src/patterns/sales-aggregator/sales.entity.ts";
import { type Ended, invariant, type Invariant } from "./checks.ts";

/**
 * The totals of a product remember the keys of all facts of the journal, or of the last ones, each once. Equal sums are
 * not enough: a fact that was left out may be hidden by another one that was counted twice.
 */
export async function checkRememberedKeys({
  books,
  client,
}: Pick<Ended, "books" | "client">): Promise<Invariant> {
  const broken: string[] = [];
  let compared = 0;
  for (const [sku, facts] of Map.groupBy(await books.facts(), ({ sku }) => sku)) {
    // Only the host shows the whole state. Where it wants a key of its own, this is not tried.
    const path = `/runtime/webhooks/durabletask/entities/productSales/${sku}`;
    const seen = (await client.read<Partial<ProductSales>>(path))?.seen;
    if (!seen) continue;
    const known = facts.filter(({ key }) => remember(seen, key) === undefined).length;
    const wanted = Math.min(facts.length, REMEMBERED);
    compared += wanted;
    if (known !== wanted || seen.length !== wanted)
      broken.push(`${sku}: of ${wanted} facts ${known} are known, by ${seen.length} keys`);
  }
  return invariant("the totals have counted each of the latest journal entries once", compared, broken);
}
