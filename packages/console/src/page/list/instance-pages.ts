import type { InstanceStatus, Json, RuntimeStatus } from "../../api/management-api.ts";
import { type Outcome, outcomeOf } from "../parts/outcome.ts";
import { type InstanceQuery, listInstances } from "../api/management.ts";

/** What the list keeps of an instance. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly status: RuntimeStatus;
  readonly customStatus: Json;
  /** Of a completed instance. */
  readonly outcome: Outcome | undefined;
  readonly created: string;
  readonly updated: string;
  /** How deep it is in its family. */
  readonly depth: number;
}

const FIRST_PAGE_SIZE = 200;
const PAGE_SIZE = 1000;
/** Up to so many instances are read at once, sorted and nested. A longer list has the order of the store. */
const MOST_SORTED = 1200;
const MOST_SORTED_PAGES = 6;
/** So many rows are kept; others are read again when they come into view. */
const KEPT_ROWS = 12_000;
/** So many pages at most are read again at once. */
const MOST_AGAIN = 12;
const LONGEST_STATUS = 2000;

interface ListPage {
  readonly token: string | undefined;
  /** How many instances were asked for. */
  readonly size: number;
  /** How many instances it has, with those that do not match. */
  searched: number;
  count: number;
  readAt: number;
  /** Undefined while it is not kept. */
  rows: readonly Row[] | undefined;
}

/** A list of any length, of which only some pages are in memory. */
export class InstancePages {
  readonly #query: InstanceQuery;
  readonly #matches: (row: Row) => boolean;
  #pages: ListPage[] = [];
  #next: string | undefined;
  #sorted: readonly Row[] = [];
  #offsets: number[] = [0];
  isSorted = true;
  isComplete = false;
  /** Whether no further pages are loaded. */
  isStopped = false;

  constructor(query: InstanceQuery, name: string) {
    this.#query = query;
    const wanted = name.toLowerCase();
    this.#matches = (row) => row.name.toLowerCase().includes(wanted);
  }

  get length(): number {
    return this.isSorted ? this.#sorted.length : (this.#offsets.at(-1) ?? 0);
  }

  /** How many instances were looked at for the rows there are. */
  get searched(): number {
    return this.#pages.reduce((sum, { searched }) => sum + searched, 0);
  }

  /** Whether the next page is to be loaded for a view up to this row: too few of the instances match so far. */
  lacksRows(to: number): boolean {
    return !this.isSorted && !this.isComplete && !this.isStopped && to >= this.length;
  }

  /** Undefined if its page is not in memory. */
  row(index: number): Row | undefined {
    if (this.isSorted) return this.#sorted[index];
    const page = this.#pageAt(index);
    return this.#pages[page]?.rows?.[index - (this.#offsets[page] ?? 0)];
  }

  /** Loads the rows in view that are missing. If none is, it loads those in view again. A short list is loaded completely. */
  async read(from: number, to: number, signal: AbortSignal): Promise<void> {
    if (this.isSorted) await this.#readShort(signal);
    else await this.#readView(from, to, signal);
  }

  async #readShort(signal: AbortSignal): Promise<void> {
    const pages: ListPage[] = [];
    let [next, count]: [string | undefined, number] = [undefined, 0];
    do {
      const page = await this.#load(next, pages.length === 0 ? FIRST_PAGE_SIZE : PAGE_SIZE, signal);
      next = page.next;
      count += page.page.rows.length;
      pages.push(page.page);
    } while (next !== undefined && count < MOST_SORTED && pages.length < MOST_SORTED_PAGES);
    this.#pages = pages;
    this.#next = next;
    this.isComplete = next === undefined;
    this.isSorted = this.isComplete;
    this.#sorted = this.isSorted ? inFamilies(pages.flatMap(({ rows }) => rows ?? [])) : [];
    this.#count();
  }

  async #readView(from: number, to: number, signal: AbortSignal): Promise<void> {
    const [first, last] = [this.#pageAt(from), this.#pageAt(to)];
    const inView = this.#pages.slice(first, last + 1);
    const missing = inView.filter(({ rows }) => rows === undefined);
    const isAtEnd = this.lacksRows(to);
    // Loaded rows are loaded again only if no row is missing: those that are the oldest, and no pages without any.
    const again = () => inView.filter(({ count }) => count > 0).sort((a, b) => a.readAt - b.readAt);
    for (const page of missing.length > 0 || isAtEnd ? missing : again().slice(0, MOST_AGAIN)) {
      Object.assign(page, (await this.#load(page.token, page.size, signal)).page);
    }
    if (isAtEnd) {
      const { page, next } = await this.#load(this.#next, PAGE_SIZE, signal);
      this.#pages.push(page);
      this.#next = next;
      this.isComplete = next === undefined;
    }
    this.#forgetFarFrom((first + last) / 2);
    this.#count();
  }

  #forgetFarFrom(middle: number): void {
    let kept = 0;
    const nearest = [...this.#pages.entries()].sort(
      ([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle),
    );
    for (const [, page] of nearest) {
      kept += page.count;
      if (kept > KEPT_ROWS && page.count > 0) page.rows = undefined;
    }
  }

  async #load(token: string | undefined, size: number, signal: AbortSignal) {
    const { items, next } = await listInstances(this.#query, size, token, signal);
    // Entities are instances too, and have a list of their own.
    const rows = items
      .filter(({ instanceId }) => !instanceId.startsWith("@"))
      .map(rowOf)
      .filter(this.#matches);
    const [searched, count, readAt] = [items.length, rows.length, performance.now()];
    return { page: { token, size, searched, count, readAt, rows } satisfies ListPage, next };
  }

  #count(): void {
    this.#offsets = [0];
    for (const { count } of this.#pages) this.#offsets.push((this.#offsets.at(-1) ?? 0) + count);
  }

  #pageAt(index: number): number {
    let [low, high] = [0, this.#pages.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#offsets[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

export function rowOf({ instanceId, name, parentInstanceId, runtimeStatus, ...rest }: InstanceStatus): Row {
  return {
    id: instanceId,
    name: name ?? "",
    parent: parentInstanceId,
    status: runtimeStatus,
    customStatus: shortened(rest.customStatus),
    outcome: runtimeStatus === "Completed" ? outcomeOf(rest.output) : undefined,
    created: rest.createdTime,
    updated: rest.lastUpdatedTime,
    depth: 0,
  };
}

function shortened(status: Json): Json {
  const text = JSON.stringify(status) ?? "";
  return text.length <= LONGEST_STATUS ? status : `${text.slice(0, LONGEST_STATUS)}…`;
}

/** Newest first, children below their parents in the order in which they were made. */
export function inFamilies(rows: readonly Row[]): readonly Row[] {
  const ids = new Set(rows.map(({ id }) => id));
  const children = new Map<string, Row[]>();
  for (const row of rows) {
    const parent = parentOf(row, ids) ?? "";
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const sorted: Row[] = [];
  const add = (parent: string, depth: number) => {
    const family = children.get(parent) ?? [];
    children.delete(parent);
    const sign = depth === 0 ? -1 : 1;
    family.sort((a, b) => sign * a.created.localeCompare(b.created) || a.id.localeCompare(b.id));
    for (const row of family) {
      sorted.push({ ...row, depth });
      add(row.id, depth + 1);
    }
  };
  add("", 0);
  return sorted;
}

/** Older extensions do not tell the parent; its id is then the beginning of the child's by convention. */
function parentOf({ id, parent }: Row, ids: ReadonlySet<string>): string | undefined {
  if (parent !== undefined) return ids.has(parent) ? parent : undefined;
  for (let at = id.length - 1; at > 0; at--) {
    if ((id[at] === ":" || id[at] === "@") && ids.has(id.slice(0, at))) return id.slice(0, at);
  }
  return undefined;
}
