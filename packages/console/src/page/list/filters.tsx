import { useEffect, useRef } from "preact/hooks";
import { href, navigate } from "../shell/router.ts";
import { STATUSES } from "../parts/statuses.ts";

/** The filters, as they are in the address. */
export interface Filters {
  readonly name: string;
  readonly status: string;
  /** Hours since the creation. */
  readonly since: string;
  readonly prefix: string;
}

export function filtersOf(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name) ?? "";
  return { name: text("name"), status: text("status"), since: text("since"), prefix: text("prefix") };
}

const SINCE = [
  ["", "any time"],
  ["1", "last hour"],
  ["24", "last day"],
  ["168", "last week"],
  ["720", "last 30 days"],
] as const;

const TYPING_MS = 250;

export function FilterBar({ filters }: { readonly filters: Filters }) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const pending = useRef<Partial<Filters>>({});
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (change: Partial<Filters>, delay = 0) => {
    clearTimeout(timer.current);
    pending.current = { ...pending.current, ...change };
    timer.current = setTimeout(() => {
      navigate(href(["instances"], { ...filters, ...pending.current }), true);
      pending.current = {};
    }, delay);
  };
  const text = (name: "name" | "prefix", label: string) => (
    <label class="filter">
      <span>{label}</span>
      <input
        type="search"
        // What is typed stays while the list is drawn again, before the address has it.
        value={pending.current[name] ?? filters[name]}
        maxLength={256}
        spellcheck={false}
        onInput={({ currentTarget }) => set({ [name]: currentTarget.value }, TYPING_MS)}
      />
    </label>
  );
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter instances"
      onSubmit={(event) => event.preventDefault()}
    >
      {text("name", "Name")}
      <label class="filter">
        <span>Status</span>
        <select value={filters.status} onChange={({ currentTarget }) => set({ status: currentTarget.value })}>
          <option value="">any</option>
          <option value="Pending,Running,Suspended,ContinuedAsNew">not ended</option>
          {STATUSES.map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
      </label>
      <label class="filter">
        <span>Created</span>
        <select value={filters.since} onChange={({ currentTarget }) => set({ since: currentTarget.value })}>
          {SINCE.map(([hours, label]) => (
            <option key={hours} value={hours}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {text("prefix", "Id begins with")}
    </form>
  );
}
