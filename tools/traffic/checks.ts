import { type Books, GROUPS, type OrderBooks, type ProductBooks, sumsOf } from "./books.ts";
import type { Client } from "./client.ts";
import type { ReceivedMail } from "./mailbox.ts";
import type { Summary } from "./settle.ts";
import type { Recovery } from "../crash-test/target.ts";
import type { Started } from "./traffic.ts";
import { GENERATION_DIGITS, KEY_DIGITS } from "../../src/http/start.ts";
import type { Product } from "../../src/services/catalog.ts";
import type { OutsideSystems } from "../../src/services/outside-systems.ts";
import type { SalesFact } from "../../src/services/sales-journal.ts";

/** One thing that must be true at the end. */
export interface Invariant {
  readonly name: string;
  /** How many things were compared. */
  readonly compared: number;
  /** What is wrong, one line each. */
  readonly broken: readonly string[];
}

/** What a caller sees of a process. */
export interface State {
  readonly status: string;
  readonly result?: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly error?: { readonly type: string };
}

/** All that is known at the end of a round. */
export interface Ended {
  readonly started: readonly Started[];
  /** All that have ended, also those whose start was not acknowledged, and parts. */
  readonly instances: readonly Summary[];
  readonly states: ReadonlyMap<string, State | undefined>;
  readonly books: Books;
  readonly outside: OutsideSystems;
  readonly client: Client;
  readonly mails: readonly ReceivedMail[];
  /** Epoch milliseconds. */
  readonly kills: readonly {
    readonly at: number;
    readonly target: "host" | "worker";
    readonly recovery?: Recovery | undefined;
  }[];
  readonly stockBefore: Readonly<Record<string, number>>;
  /** Orders of which the payment ledger or the carrier had a row at the beginning. */
  readonly ordersBefore: ReadonlySet<string>;
  /** The same at the end, without those. */
  readonly ordersOutside: readonly string[];
  /** All entries of the journal are within it. */
  readonly period: { readonly from: Date; readonly until: Date };
}

export const endOf = (state: State | undefined) =>
  state === undefined ? "is gone" : `${state.status} ${state.result?.kind ?? state.error?.type ?? ""}`.trim();

/** Ends and answers: nothing that was acknowledged is lost, and all of it ended as if nothing had been killed. */
export function checkEnds(ended: Pick<Ended, "started" | "states" | "kills" | "instances">): Invariant[] {
  const { started, states } = ended;
  const missing = started.filter(({ id }) => states.get(id) === undefined);
  const hasLostWorker = workerDeaths(ended);
  const wrong = started.filter((process) => {
    const state = states.get(process.id);
    if (state === undefined || process.ends.includes(endOf(state))) return false;
    return !(process.pattern === "order" && isUsedUp(state) && hasLostWorker(process));
  });
  return [
    invariant(
      "every start that was acknowledged is there",
      started.length,
      missing.map(({ id }) => id),
    ),
    invariant(
      "every process ended as it should",
      started.length,
      wrong.map(({ id, kind, ends }) => `${id} (${kind}) ${endOf(states.get(id))}, not ${ends.join(" or ")}`),
    ),
  ];
}

/** Each death of a worker uses up one try of a running step. An order whose step has none left is undone. */
export const isUsedUp = (state: State) => /^failed \w+Unavailable$/.test(endOf(state));

/** Clocks of host and tools, and what is written after the last step. */
const NEARLY_MS = 2000;

/** Whether a worker died while a process ran: a running step failed then; a kill of the host only repeats it. */
export function workerDeaths({ kills, instances }: Pick<Ended, "kills" | "instances">) {
  const deaths = kills.flatMap(({ at, target }) => (target === "worker" ? at : []));
  const ends = new Map(instances.map(({ id, updatedAt }) => [id, Date.parse(updatedAt) + NEARLY_MS]));
  return ({ id, askedAt }: Pick<Started, "id" | "askedAt">) =>
    deaths.some((at) => at > askedAt - NEARLY_MS && at < (ends.get(id) ?? Infinity));
}

/** The id of a process that was started with a key: digits of the key, and digits of its own. */
const KEYED = new RegExp(`^(.+-[0-9a-f]{${KEY_DIGITS}})[0-9a-f]{${GENERATION_DIGITS}}$`);

/** Of all processes, also of those whose start got no answer: callers repeat such a request with its key. */
export function checkKeys({ instances }: Pick<Ended, "instances">, doubled: readonly string[]): Invariant {
  const ids = instances.map(({ id }) => id).filter((id) => KEYED.test(id));
  const byKey = Map.groupBy(ids, (id) => id.replace(KEYED, "$1"));
  const several = [...byKey.values()].filter((each) => each.length > 1).map((each) => each.join(" and "));
  return invariant("one key, one process", byKey.size, [...doubled, ...several]);
}

/** Money, stock, parcels and mails of every order, acknowledged or not. */
export async function checkOrders(ended: Ended): Promise<Invariant[]> {
  const { books, client, started } = ended;
  const all = ended.instances.filter(({ orchestration }) => orchestration === "orderFulfilment");
  const known = [...all, ...started.filter(isOrder)].map(({ id }) => id);
  const ids = new Set(known.filter((id) => !ended.ordersBefore.has(id)));
  const journal = await books.facts();
  const asked = new Map(started.filter(isOrder).map((order) => [order.id, order]));
  const products = new Map((await ended.outside.catalog.products()).map((product) => [product.sku, product]));
  const money: string[] = [];
  const deliveries: string[] = [];
  const different: string[] = [];
  const reserved: Record<string, number> = {};
  for (const id of ids) {
    const state = ended.states.get(id) ?? (await client.read<State>(`/api/orders/${id}`));
    const { charged, givenBack, sold, refunded, withdrawn, parcels, mails, charges } = await books.ofOrder(
      id,
      journal,
    );
    const isConfirmed = endOf(state) === "completed confirmed";
    const net = total(sold) - total(refunded) - total(withdrawn);
    if (charged - givenBack !== net)
      money.push(`${id}: charged ${charged}, given back ${givenBack}, sold ${net}`);
    if (charges > 1) money.push(`${id} was charged ${charges} times`);
    if (!isConfirmed && charged !== givenBack)
      money.push(`${id} (${endOf(state)}) was charged ${charged - givenBack}`);
    const wanted = isConfirmed ? 1 : 0;
    if (parcels !== wanted) deliveries.push(`${id} (${endOf(state)}) has ${parcels} parcels`);
    if (mails.length !== wanted) deliveries.push(`${id} (${endOf(state)}) has ${mails.length} mails`);
    if (!isConfirmed) continue;
    const sales = journal.filter(({ orderId, kind }) => orderId === id && kind === "sale");
    for (const { sku, quantity } of sales) reserved[sku] = (reserved[sku] ?? 0) + quantity;
    const order = asked.get(id);
    if (order) different.push(...notAsOrdered(order, { charged, charges, mails, sales, products }));
  }
  const strangers = ended.ordersOutside.filter((id) => !ids.has(id));
  return [
    invariant("charged - given back = sale - refunds - withdrawn, for each order", ids.size, money),
    invariant("a confirmed order has one parcel and one mail, any other has none", ids.size, deliveries),
    invariant("a confirmed order is charged, sold and mailed as it was ordered", asked.size, different),
    invariant("no order outside that nobody has placed", ended.ordersOutside.length, strangers),
    await checkStock(ended, reserved),
  ];
}

interface OrderFound extends Pick<OrderBooks, "charged" | "charges" | "mails"> {
  readonly sales: readonly SalesFact[];
  readonly products: ReadonlyMap<string, Product>;
}

/** Compared with the request and with the catalogue, because all books of the app may have the same fault. */
function notAsOrdered(
  { id, about }: Started,
  { charged, charges, mails, sales, products }: OrderFound,
): string[] {
  const { email, sku, quantity } = about;
  const price = (products.get(String(sku))?.price.value ?? Number.NaN) * Number(quantity);
  const sold = sales.map((sale) => `${sale.quantity} ${sale.sku}`).join(", ");
  return [
    // Several charges are a fault of the money.
    ...(charges > 1 || charged === price ? [] : [`${id} costs ${price}, and was charged ${charged}`]),
    ...(sold === `${quantity} ${sku}` ? [] : [`${id} is for ${quantity} ${sku}, and has sold ${sold}`]),
    ...mails.filter((to) => to !== email).map((to) => `${id} was mailed to ${to}, not to ${email}`),
  ];
}

const isOrder = ({ pattern }: Started) => pattern === "order";
const total = (amounts: Readonly<Record<string, number>>) =>
  Object.values(amounts).reduce((sum, cents) => sum + cents, 0);

async function checkStock(
  { books, stockBefore }: Ended,
  reserved: Readonly<Record<string, number>>,
): Promise<Invariant> {
  const now = await books.stock();
  const wrong = Object.entries(stockBefore).filter(
    ([sku, before]) => now[sku] !== before - (reserved[sku] ?? 0),
  );
  const lines = wrong.map(
    ([sku, before]) => `${sku}: ${before}, reserved ${reserved[sku] ?? 0}, now ${now[sku]}`,
  );
  return invariant(
    "stock = stock before - what confirmed orders have reserved",
    Object.keys(now).length,
    lines,
  );
}

/** The totals of the entities, and reports of each kind, against the journal. */
export async function checkSales({ books, period }: Ended): Promise<Invariant[]> {
  const journal = await books.facts();
  const differ = (expected: Readonly<Record<string, ProductBooks>>, found: typeof expected, what: string) =>
    Object.keys({ ...expected, ...found })
      .filter((name) => JSON.stringify(found[name]) !== JSON.stringify(expected[name]))
      .map(
        (name) =>
          `${name}: journal ${JSON.stringify(expected[name])}, ${what} ${JSON.stringify(found[name])}`,
      );
  const products = sumsOf(journal, "sku");
  const totals = differ(products, await books.totals(), "totals");
  const reports: string[] = [];
  let lines = 0;
  for (const groupBy of GROUPS) {
    const expected = sumsOf(journal, groupBy);
    lines += Object.keys(expected).length;
    reports.push(
      ...differ(expected, await books.report(period.from, period.until, groupBy), `report by ${groupBy}`),
    );
  }
  return [
    invariant("totals of each product = journal", Object.keys(products).length, totals),
    invariant("reports by product, day and country = journal", lines, reports),
  ];
}

export const invariant = (name: string, compared: number, broken: readonly string[]): Invariant => ({
  name,
  compared,
  broken,
});

export const pathOf = (url: string) => (url.startsWith("http") ? new URL(url).pathname : url);
