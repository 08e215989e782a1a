import type { SalesFact } from "../../src/services/sales-journal.ts";
import type { Decided } from "./approver.ts";
import { endOf, type Ended, invariant, type Invariant } from "./checks.ts";
import type { Wanted } from "./processes.ts";

/** The money of a refund is given back if and only if it was approved, once. */
export async function checkRefunds(
  { started, states, books }: Pick<Ended, "started" | "states" | "books">,
  {
    decided,
    refused,
  }: {
    readonly decided: ReadonlyMap<string, Decided>;
    /** What was refused at the start. */
    readonly refused: readonly Wanted[];
  },
): Promise<Invariant[]> {
  const refunds = started.filter(({ pattern }) => pattern === "refund");
  const money: string[] = [];
  const decisions: string[] = [];
  for (const { id, about } of refunds) {
    const end = endOf(states.get(id));
    const isGiven = end === "completed autoApproved" || end === "completed approved";
    const paid = (await books.refundsPaid(String(about["orderId"]))).get(id);
    if (paid !== (isGiven ? about["value"] : undefined))
      money.push(`${id} (${end}) was paid ${paid ?? "nothing"}`);
    const decision = decided.get(id);
    if (!decision) continue;
    const { choice, by } = decision;
    const fits =
      choice === "approve" ? ["completed approved", "completed notRefundable"] : ["completed rejected"];
    const counted = states.get(id)?.result?.["decidedBy"];
    if (!fits.includes(end) || counted !== by)
      decisions.push(`${id} was decided (${choice}, ${by}), and ${end} (${String(counted)})`);
  }
  // Whoever has not seen the order confirmed may have asked too early.
  const unexpected = refused.filter(({ about }) => about["seen"] === "confirmed");
  const notGiven = refunds.filter(({ id }) => endOf(states.get(id)) === "completed notRefundable");
  return [
    invariant("a refund is paid if it was approved, once, and otherwise not", refunds.length, money),
    invariant("every decision that was accepted counts", decided.size, decisions),
    checkRefusals([...unexpected, ...notGiven], await books.facts()),
  ];
}

/** What is left of an order only shrinks: if the amount is left at the end, it was at any time. */
function checkRefusals(
  refused: readonly (Wanted & { readonly id?: string })[],
  journal: readonly SalesFact[],
): Invariant {
  const byOrder = Map.groupBy(journal, ({ orderId }) => orderId);
  const broken = refused.flatMap(({ id = "a request", kind, about }) => {
    const facts = byOrder.get(String(about["orderId"])) ?? [];
    const sum = (of: SalesFact["kind"]) =>
      facts.filter((fact) => fact.kind === of).reduce((cents, { amount }) => cents + amount.value, 0);
    const isUndone = facts.some((fact) => fact.kind === "withdrawal");
    const left = isUndone ? 0 : sum("sale") - sum("refund");
    return left >= Number(about["value"])
      ? [`${id} (${kind}) of ${about["value"]} for ${about["orderId"]}, of which ${left} is left`]
      : [];
  });
  return invariant("a refund is refused only if too little is left of its order", refused.length, broken);
}
