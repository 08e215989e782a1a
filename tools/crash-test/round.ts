import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { Approver } from "../traffic/approver.ts";
import { Books } from "../traffic/books.ts";
import {
  checkEnds,
  checkOrders,
  checkSales,
  type Ended,
  endOf,
  invariant,
  type Invariant,
  isUsedUp,
  type State,
} from "../traffic/checks.ts";
import { Client } from "../traffic/client.ts";
import { Mailbox } from "../traffic/mailbox.ts";
import { checkFiles, checkRefunds, checkRepeatedMails } from "../traffic/other-checks.ts";
import { type Kill, planOf } from "./plan.ts";
import { settled } from "../traffic/settle.ts";
import type { InFlight, Recovery, Target } from "./target.ts";
import { type Load, Traffic } from "../traffic/traffic.ts";

/** After this time a kill happens, even if what it is aimed at has not. */
const LONGEST_AIM_MS = 3000;
const SIGNALS_TIMEOUT_MS = 20_000;
const AT_ONCE = 8;

export interface RoundOptions {
  readonly target: Target;
  readonly storage: Storage;
  readonly key: string | undefined;
  readonly kills: number;
  readonly load: Omit<Load, "record">;
  /** For its files. */
  readonly folder: string;
  readonly onSettling: (open: number) => void;
  readonly onQuiet: (storage: Storage) => Promise<void>;
  readonly onKill: (kill: DoneKill, started: number) => void;
}

export interface DoneKill extends Kill {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly openRequests: number;
  readonly inFlight: InFlight | undefined;
  /** Absent if it was killed again before it answered. */
  recovery?: Recovery | undefined;
}

export interface Round {
  readonly kills: readonly DoneKill[];
  readonly invariants: readonly Invariant[];
  readonly figures: Figures;
}

/** Numbers of a round, which add up over rounds. */
export type Figures = Readonly<Record<string, number>>;

/** Loads the app, kills it again and again, waits until all has ended, and compares. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { target, storage, folder } = options;
  mkdirSync(folder, { recursive: true });
  const mailbox = new Mailbox(storage);
  const client = new Client(target.base, options.key);
  const traffic = new Traffic(client, { ...options.load, record: join(folder, "acknowledged.jsonl") });
  const approver = new Approver(client, mailbox);
  target.begin();
  await target.recovered();
  const books = new Books(shopOf(client), storage, mailbox);
  const [stockBefore, before] = [await books.stock(), await ordersOutside(storage)];
  const running = [traffic.run(), approver.run()];
  const kills: DoneKill[] = [];
  for (const kill of planOf(options.load.seed, options.kills)) {
    const done = await execute(kill, target, { client, traffic, last: kills.at(-1) });
    kills.push(done);
    options.onKill(done, traffic.started.length);
  }
  await remember(target, kills.at(-1));
  await traffic.stop();
  const left = await settled(client, approver, target.settlesWithinMs, options.onSettling);
  approver.stop();
  await Promise.all(running);
  const { started } = traffic;
  const settling = invariant("nothing is left running, or failed with its worker", started.length, left);
  // What still runs still writes the books.
  if (left.length > 0) return { kills, invariants: [settling], figures: {} };
  await signalsCounted(books);
  await options.onQuiet(storage);

  const states = await statesOf(client, traffic);
  const mails = await mailbox.received();
  const outside = (await ordersOutside(storage)).filter((id) => !before.includes(id));
  const ended: Ended = {
    started,
    states,
    books,
    outside: createSandbox(storage),
    client,
    mails,
    kills,
    stockBefore,
    ordersBefore: new Set(before),
    ordersOutside: outside,
  };
  const repeatedMails = checkRepeatedMails(ended);
  const invariants = [
    ...checkEnds(ended),
    settling,
    invariant("one key, one process", started.length, traffic.doubled),
    ...(await checkOrders(ended)),
    ...(await checkSales(ended)),
    ...(await checkRefunds(ended, approver.decided)),
    repeatedMails,
    ...(await checkFiles(ended)),
    invariant("no answer is a surprise", started.length, [
      ...traffic.odd,
      ...(target.blamesItself ? [] : client.serverErrors),
    ]),
  ];
  return { kills, invariants, figures: await figuresOf(ended, traffic, client, repeatedMails.repeated) };
}

const shopOf = (client: Client) => ({
  async fetch(path: string, init: RequestInit = {}) {
    const { status, headers, text } = await client.insist(init.method ?? "GET", path, init);
    return new Response(text, { status, headers });
  },
  async ended(id: string) {
    for (; ; await delay(100)) {
      const report = await client.read<State>(`/api/reports/${id}`);
      if (report?.status === "completed" || report?.status === "failed") return;
    }
  },
});

/** Ids that payment ledger and carrier know. */
async function ordersOutside(storage: Storage): Promise<string[]> {
  const ids = new Set<string>();
  for (const name of ["payments", "shipments"]) {
    const rows = (await storage.table(name)).listEntities({ queryOptions: { select: ["PartitionKey"] } });
    for await (const { partitionKey } of rows) if (partitionKey !== undefined) ids.add(partitionKey);
  }
  return [...ids];
}

interface Surroundings {
  readonly client: Client;
  readonly traffic: Traffic;
  readonly last: DoneKill | undefined;
}

async function execute(
  kill: Kill,
  target: Target,
  { client, traffic, last }: Surroundings,
): Promise<DoneKill> {
  const moment = target.moments.includes(kill.moment) ? kill.moment : "anyTime";
  if (moment !== "duringRecovery") await remember(target, last);
  await delay(kill.waitMs);
  if (moment === "afterAcknowledgement") {
    await Promise.race([traffic.nextAcknowledgement(), delay(LONGEST_AIM_MS)]);
    await delay(kill.delayMs);
  } else if (moment === "duringCommit") {
    await Promise.race([target.nextWrite(), delay(LONGEST_AIM_MS)]);
  }
  const found = { ...kill, moment, at: Date.now(), openRequests: client.open };
  if (kill.target === "worker" && (await target.killWorker())) return { ...found, inFlight: undefined };
  const inFlight = await target.killHost();
  target.begin();
  return { ...found, target: "host", inFlight };
}

/** Waits for the recovery after a kill, and records it. */
async function remember(target: Target, kill: DoneKill | undefined): Promise<void> {
  const recovery = await target.recovered();
  if (kill?.target === "host") kill.recovery ??= recovery;
}

/** The totals get their signals shortly after the orders have ended. */
async function signalsCounted(books: Books): Promise<void> {
  for (const deadline = Date.now() + SIGNALS_TIMEOUT_MS; Date.now() < deadline; await delay(200)) {
    const facts = await books.facts();
    const totals = Object.values(await books.totals());
    const sum = (kind: string) =>
      facts.filter((fact) => fact.kind === kind).reduce((cents, { amount }) => cents + amount.value, 0);
    const counted = (of: "revenue" | "refunds") => totals.reduce((cents, each) => cents + each[of], 0);
    if (counted("revenue") === sum("sale") - sum("withdrawal") && counted("refunds") === sum("refund"))
      return;
  }
}

async function statesOf(client: Client, { started }: Traffic): Promise<Map<string, State | undefined>> {
  const states = new Map<string, State | undefined>();
  const todo = [...started];
  const read = async () => {
    for (let next = todo.pop(); next; next = todo.pop())
      states.set(next.id, await client.read<State>(next.self));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  return states;
}

async function figuresOf(
  { started, states, mails, kills, ordersOutside, books }: Ended,
  traffic: Traffic,
  client: Client,
  repeatedMails: number,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  const count = (name: string, by = 1) => (figures[name] = (figures[name] ?? 0) + by);
  for (const { pattern } of started) count(`started: ${pattern}`);
  for (const { pattern, id } of started) count(`ended: ${pattern} ${endOf(states.get(id))}`);
  const facts = await books.facts();
  count("effects: orders with a charge or a parcel", ordersOutside.length);
  for (const { kind } of facts) count(`effects: journal entries of a ${kind}`);
  count("effects: different mails", new Set(mails.map(({ mail }) => mail.messageId)).size);
  count("effects: mails that came twice", repeatedMails);
  for (const { inFlight } of kills as readonly DoneKill[]) {
    for (const [name, calls] of Object.entries(inFlight?.activities ?? {})) count(`repeated: ${name}`, calls);
  }
  count("callers: starts refused by the shop", traffic.refused);
  count("callers: starts abandoned without an answer", traffic.abandoned);
  count("callers: requests without an answer", client.unanswered);
  count(
    "callers: orders whose step had no try left after deaths of workers",
    started.filter(({ id, ends }) => {
      const state = states.get(id);
      return state !== undefined && isUsedUp(state) && !ends.includes(endOf(state));
    }).length,
  );
  return figures;
}
