import type { SalesFact } from "../../src/services/sales-journal.ts";
import { type GroupBy, linesOfReport, nameOfLine, NOTHING, type ProductBooks, sumsOf } from "./books.ts";
import { type Ended, invariant, type Invariant } from "./checks.ts";
import type { Started } from "./traffic.ts";

/**
 * A report that was made under load has the sales of all orders that had ended before somebody asked for it, and
 * nothing that was never recorded. What happened in between it may have or not.
 */
export async function checkReports(reports: readonly Started[], ended: Ended): Promise<Invariant> {
  const { client, books, instances } = ended;
  const journal = await books.facts();
  const known = new Map(instances.map((each) => [each.id, each]));
  const broken: string[] = [];
  let compared = 0;
  for (const { id, askedAt, about } of reports) {
    const groupBy = String(about["groupBy"]) as GroupBy;
    const { status, text } = await client.insist("GET", `/api/reports/${id}/file`);
    if (status !== 200) {
      broken.push(`the file of ${id} answers ${status}`);
      continue;
    }
    // The second is earlier in a shop whose time is virtual.
    const since = Math.min(askedAt, Date.parse(known.get(id)?.createdAt ?? ""));
    const { certain, possible } = parts(journal, groupBy, (orderId) => {
      const order = known.get(orderId);
      return order?.status === "completed" && Date.parse(order.updatedAt) < since;
    });
    const [least, most, lines] = [sumsOf(certain, groupBy), sumsOf(possible, groupBy), linesOfReport(text)];
    compared += Object.keys(least).length;
    for (const name of Object.keys({ ...least, ...lines })) {
      if (isWithin(lines[name], least[name], most[name])) continue;
      const texts = [lines[name], least[name], most[name]].map((sums) => JSON.stringify(sums));
      broken.push(`${id} by ${groupBy}, ${name}: ${texts[0]}, at least ${texts[1]}, at most ${texts[2]}`);
    }
  }
  return invariant("a report has all sales that were confirmed before it", compared, broken);
}

/** The facts that make the lines of a report as small, and as large, as they can be. */
function parts(journal: readonly SalesFact[], groupBy: GroupBy, isConfirmed: (orderId: string) => boolean) {
  const sales = new Map(
    journal.flatMap((fact) => (fact.kind === "sale" ? [[fact.orderId, fact] as const] : [])),
  );
  const undone = journal.filter(({ kind }) => kind === "withdrawal");
  const undoneOrders = new Set(undone.map(({ orderId }) => orderId));
  // In the line of its sale, the two make nothing together. They may be on different days.
  const elsewhere = undone.filter((fact) => {
    const sale = sales.get(fact.orderId);
    return sale && nameOfLine(sale, groupBy) !== nameOfLine(fact, groupBy);
  });
  const confirmed = [...sales.values()].filter(
    ({ orderId }) => isConfirmed(orderId) && !undoneOrders.has(orderId),
  );
  return {
    certain: [...confirmed, ...elsewhere],
    possible: journal.filter(({ kind }) => kind !== "withdrawal"),
  };
}

function isWithin(found = NOTHING, least = NOTHING, most = NOTHING): boolean {
  const figures = Object.keys(NOTHING) as (keyof ProductBooks)[];
  return figures.every((figure) => {
    const lowest = figure === "refunds" ? 0 : least[figure];
    return lowest <= found[figure] && found[figure] <= most[figure];
  });
}
