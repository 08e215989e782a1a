import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { checkApprovals } from "./approval-checks.ts";
import { Approver } from "./approver.ts";
import { Books } from "./books.ts";
import {
  checkEnds,
  checkKeys,
  checkOrders,
  checkSales,
  type Ended,
  endOf,
  invariant,
  type Invariant,
  type State,
} from "./checks.ts";
import { Client } from "./client.ts";
import { Mailbox } from "./mailbox.ts";
import { checkAlbums } from "./album-checks.ts";
import { checkImports } from "./import-checks.ts";
import { checkLeftBehind } from "./left-behind.ts";
import { checkNews, checkRepeatedMails } from "./mail-checks.ts";
import { checkRefunds } from "./refund-checks.ts";
import { checkRememberedKeys } from "./remembered-keys.ts";
import { checkReports } from "./report-checks.ts";
import { FINAL, instances, settled } from "./settle.ts";
import { storageAt, type StoragePlace, stored } from "./stored.ts";
import type { Pattern } from "./processes.ts";
import { type Load, Traffic } from "./traffic.ts";

const SIGNALS_TIMEOUT_MS = 20_000;
const AT_ONCE = 8;

export interface ShopOptions {
  /** Address of the app. */
  readonly base: string;
  readonly key?: string | undefined;
  readonly storage: StoragePlace;
  readonly load: Omit<Load, "record">;
  /** How long callers wait for an answer. */
  readonly timeoutMs?: number;
  /** Gets the starts that were acknowledged. */
  readonly folder: string;
}

/** Numbers that add up. */
export type Figures = Readonly<Record<string, number>>;

export interface Comparison {
  readonly invariants: readonly Invariant[];
  readonly figures: Figures;
}

/** A running shop with callers, approvers, and its books before them, with which it is compared at the end. */
export class ShopUnderLoad {
  readonly client: Client;
  readonly traffic: Traffic;
  readonly approver: Approver;
  readonly storage: Storage;
  readonly #place: StoragePlace;
  readonly #mailbox: Mailbox;
  readonly #books: Books;
  readonly #begun = new Date();
  readonly #states = new Map<string, State | undefined>();
  #stockBefore: Readonly<Record<string, number>> = {};
  #before: readonly string[] = [];
  #storedBefore: readonly string[] = [];

  private constructor({ base, key, storage, load, timeoutMs, folder }: ShopOptions) {
    mkdirSync(folder, { recursive: true });
    this.client = new Client(base, key, timeoutMs);
    this.traffic = new Traffic(this.client, { ...load, record: join(folder, "acknowledged.jsonl") });
    this.#place = storage;
    this.storage = storageAt(storage);
    this.#mailbox = new Mailbox(this.storage);
    this.approver = new Approver(this.client, this.#mailbox);
    this.#books = new Books(shopOf(this.client), this.storage, this.#mailbox);
  }

  /** @param options of a shop that answers */
  static async of(options: ShopOptions): Promise<ShopUnderLoad> {
    const shop = new ShopUnderLoad(options);
    shop.#stockBefore = await shop.#books.stock();
    shop.#before = await shop.#ordersOutside();
    shop.#storedBefore = await stored(options.storage);
    return shop;
  }

  /** Waits until nothing runs any more; what is left after the longest time is a broken invariant. */
  async settled(longestMs: number, onSettling: (open: number) => void): Promise<Invariant> {
    const left = await settled(this.client, this.approver, longestMs, onSettling);
    return invariant("nothing is left running, or failed with its worker", this.traffic.started.length, left);
  }

  /** The totals get their signals shortly after the orders have ended. */
  async signalsCounted(): Promise<void> {
    for (const deadline = Date.now() + SIGNALS_TIMEOUT_MS; Date.now() < deadline; await delay(200)) {
      const facts = await this.#books.facts();
      const totals = Object.values(await this.#books.totals());
      const sum = (kind: string) =>
        facts.filter((fact) => fact.kind === kind).reduce((cents, { amount }) => cents + amount.value, 0);
      const counted = (of: "revenue" | "refunds") => totals.reduce((cents, each) => cents + each[of], 0);
      if (counted("revenue") === sum("sale") - sum("withdrawal") && counted("refunds") === sum("refund"))
        return;
    }
  }

  /** Reads how processes have ended, unless it is known already. */
  async readEnds(): Promise<void> {
    const todo = this.traffic.started.filter(({ id }) => this.#states.get(id) === undefined);
    const read = async () => {
      for (let next = todo.pop(); next; next = todo.pop())
        this.#states.set(next.id, await this.client.read<State>(next.self));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, read));
  }

  /**
   * Compares everything that callers were told with what is in the outside systems.
   *
   * @param situation.period of the journal, if the shop's time is not that of this computer
   * @param situation.isPurged whether a process has been deleted, with its files
   */
  async compare(situation: {
    readonly kills: Ended["kills"];
    readonly blamesItself: boolean;
    readonly period?: Ended["period"];
    readonly isPurged?: (id: string) => boolean;
  }): Promise<Comparison> {
    await this.readEnds();
    const { kills, blamesItself, isPurged = () => false } = situation;
    const { started } = this.traffic;
    const before = new Set(this.#before);
    const ended: Ended = {
      started,
      instances: await instances(this.client, FINAL),
      states: this.#states,
      books: this.#books,
      outside: createSandbox(this.storage),
      client: this.client,
      mails: await this.#mailbox.received(),
      kills,
      stockBefore: this.#stockBefore,
      ordersBefore: before,
      ordersOutside: (await this.#ordersOutside()).filter((id) => !before.has(id)),
      period: situation.period ?? { from: this.#begun, until: new Date() },
    };
    const repeatedMails = checkRepeatedMails(ended);
    const { decided } = this.approver;
    const finished = (pattern: Pattern) =>
      started.filter(
        (each) =>
          each.pattern === pattern && this.#states.get(each.id)?.status === "completed" && !isPurged(each.id),
      );
    const invariants = [
      ...checkEnds(ended),
      checkKeys(ended, this.traffic.doubled),
      ...(await checkOrders(ended)),
      ...(await checkSales(ended)),
      await checkRememberedKeys(ended),
      ...(await checkRefunds(ended, { decided, refused: this.traffic.refused })),
      ...checkApprovals(ended, decided),
      repeatedMails,
      checkNews(ended),
      ...(await checkAlbums(finished("album"), ended)),
      await checkReports(finished("report"), ended),
      ...(await checkImports(finished("import"), ended)),
      await this.#checkLeftBehind(),
      invariant("no unexpected answer", started.length, [
        ...this.traffic.odd,
        ...(blamesItself ? [] : this.client.serverErrors),
      ]),
    ];
    return { invariants, figures: await this.#figures(ended, repeatedMails.repeated) };
  }

  async #checkLeftBehind(): Promise<Invariant> {
    const before = new Set(this.#storedBefore);
    const now = (await stored(this.#place)).filter((line) => !before.has(line));
    // Reports are made by the comparison, too.
    const processes = new Set((await instances(this.client, FINAL)).map(({ id }) => id));
    const purged = new Set(this.traffic.started.map(({ id }) => id));
    return checkLeftBehind(now, { processes, purged, abandoned: this.traffic.abandoned });
  }

  async #figures({ started, states, mails, ordersOutside }: Ended, repeatedMails: number): Promise<Figures> {
    const figures: Record<string, number> = {};
    const count = (name: string, by = 1) => (figures[name] = (figures[name] ?? 0) + by);
    for (const { pattern } of started) count(`started: ${pattern}`);
    for (const { pattern, id } of started) count(`ended: ${pattern} ${endOf(states.get(id))}`);
    count("effects: orders with a charge or a parcel", ordersOutside.length);
    for (const { kind } of await this.#books.facts()) count(`effects: journal entries of a ${kind}`);
    count("effects: different mails", new Set(mails.map(({ mail }) => mail.messageId)).size);
    count("effects: mails that came twice", repeatedMails);
    count("callers: starts refused by the shop", this.traffic.refused.length);
    count("callers: starts abandoned without an answer", this.traffic.abandoned);
    count("callers: requests without an answer", this.client.unanswered);
    return figures;
  }

  /** How a process has ended, once it was read. */
  stateOf(id: string): State | undefined {
    return this.#states.get(id);
  }

  /** Ids that payment ledger and carrier know. */
  async #ordersOutside(): Promise<string[]> {
    const ids = new Set<string>();
    for (const name of ["payments", "shipments"]) {
      const rows = (await this.storage.table(name)).listEntities({
        queryOptions: { select: ["PartitionKey"] },
      });
      for await (const { partitionKey } of rows) if (partitionKey !== undefined) ids.add(partitionKey);
    }
    return [...ids];
  }
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
