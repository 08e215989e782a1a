import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Wait } from "../../api/local-host-extras.ts";
import { usePolling } from "../api/polling.ts";
import { useWaits, type Waiting } from "../api/waits.ts";
import { Empty } from "../parts/empty.tsx";
import { Progress } from "../parts/progress.tsx";
import { Status } from "../parts/status.tsx";
import { isEnded } from "../parts/statuses.ts";
import { Id, Text } from "../parts/text.tsx";
import { duration, Moment } from "../parts/time.tsx";
import { ProblemMark } from "../problems/problem-list.tsx";
import { Waits } from "../parts/waits.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { useApp } from "../shell/app-context.ts";
import { href, instanceHref } from "../shell/router.ts";
import { FilterBar, type Filters, filtersOf } from "./filters.tsx";
import { InstancePages, type Row } from "./instance-pages.ts";
import { usePatterns } from "./patterns.ts";

const ROW_HEIGHT = 36;

export function InstanceList({ query }: { readonly query: URLSearchParams }) {
  const filters = filtersOf(query);
  const key = JSON.stringify(filters);
  const { about, now } = useApp();
  const pages = useMemo(() => pagesOf(filters, now), [key]);
  const view = useRef({ from: 0, to: 40 });
  const waits = useWaits(unfinishedIn(pages, view.current), about?.host === "local");
  const [, setDrawn] = useState(0);
  const { value, error, reload } = usePolling(
    key,
    async (signal) => {
      await pages.read(view.current.from, view.current.to, signal);
      return { pages };
    },
    ({ kind }) => kind === "instance" || kind === "clock",
  );
  const onView = (from: number, to: number) => {
    view.current = { from, to };
    const missing = pages.row(from) === undefined || (to > pages.length && !pages.isComplete);
    if (value !== undefined && missing) reload();
    setDrawn(from);
  };
  const isSearching = value !== undefined && pages.lacksRows(view.current.to);
  // One page after the other, each one drawn, until the view is full.
  useEffect(() => {
    if (isSearching) reload();
  }, [value, isSearching]);
  const stop = (isStopped: boolean) => {
    pages.isStopped = isStopped;
    setDrawn(-1);
    if (!isStopped) reload();
  };
  return (
    <section class="page" aria-label="Instances">
      <div class="bar">
        <h1>Instances</h1>
        <FilterBar filters={filters} />
        <span class="count" role="status">
          {value !== undefined && countOf(pages, isSearching)}
        </span>
        {(isSearching || pages.isStopped) && !pages.isComplete && (
          <SearchProgress pages={pages} onStop={stop} />
        )}
      </div>
      {value !== undefined && pages.length === 0 && pages.isComplete ? (
        <NoInstances isFiltered={Object.values(filters).some((text) => text !== "")} />
      ) : (
        <Rows pages={pages} waits={waits} onView={onView} />
      )}
      {value === undefined && error === undefined && <p class="loading">Loading …</p>}
    </section>
  );
}

/** The instances in view that may wait for something. */
function unfinishedIn(pages: InstancePages, { from, to }: { from: number; to: number }): readonly string[] {
  const ids: string[] = [];
  for (let at = from; at < Math.min(to, pages.length); at++) {
    const row = pages.row(at);
    if (row !== undefined && !isEnded(row.status)) ids.push(row.id);
  }
  return ids;
}

function countOf(pages: InstancePages, isSearching: boolean): string {
  const count = pages.length.toLocaleString("en");
  if (pages.isComplete) return pages.isSorted ? count : `${count}, in the order of the store`;
  if (isSearching || pages.isStopped) return `${count} found so far`;
  return `${count} and more, in the order of the store; filter by time to see the newest first`;
}

interface SearchProgressProps {
  readonly pages: InstancePages;
  readonly onStop: (isStopped: boolean) => void;
}

/** How far the search has come, in a list too long to have all its rows at once. */
function SearchProgress({ pages, onStop }: SearchProgressProps) {
  const searched = pages.searched.toLocaleString("en");
  return (
    <span class="search-progress">
      {pages.isStopped ? `Stopped after ${searched} instances` : `Searched ${searched} instances …`}
      <button type="button" class="small" onClick={() => onStop(!pages.isStopped)}>
        {pages.isStopped ? "Search on" : "Stop"}
      </button>
    </span>
  );
}

const HOUR_MS = 3_600_000;

function pagesOf({ name, status, since, prefix }: Filters, now: number): InstancePages {
  const hours = Number(since);
  const createdFrom = hours > 0 ? new Date(now - hours * HOUR_MS).toISOString() : undefined;
  const statuses = status === "" ? [] : status.split(",");
  return new InstancePages({ prefix, statuses, createdFrom }, name);
}

const HEAD = (
  <div role="row" class="row head">
    {["Name", "Id", "Status", "Progress", "Created", "Duration"].map((title) => (
      <span key={title} role="columnheader" class={`cell-${title.toLowerCase()}`}>
        {title}
      </span>
    ))}
  </div>
);

interface RowsProps {
  readonly pages: InstancePages;
  readonly waits: Waiting | undefined;
  readonly onView: (from: number, to: number) => void;
}

function Rows({ pages, waits, onView }: RowsProps) {
  const patterns = usePatterns();
  return (
    <VirtualRows
      name="rows"
      label="Instances"
      rowHeight={ROW_HEIGHT}
      count={pages.length}
      isComplete={pages.isComplete}
      idOf={(index) => pages.row(index)?.id}
      head={HEAD}
      onView={onView}
      row={(index) => {
        const row = pages.row(index);
        if (row === undefined) return <div key={`at ${index}`} class="row" role="row" aria-hidden="true" />;
        return (
          <InstanceRow
            key={row.id}
            row={row}
            index={index}
            pattern={patterns.of(row)}
            waits={waits?.get(row.id) ?? []}
          />
        );
      }}
    />
  );
}

interface InstanceRowProps {
  readonly row: Row;
  readonly index: number;
  readonly pattern: string | undefined;
  readonly waits: readonly Wait[];
}

function InstanceRow({ row, index, pattern, waits }: InstanceRowProps) {
  const { now } = useApp();
  const end = isEnded(row.status) ? Date.parse(row.updated) : now;
  return (
    <div role="row" class="row" aria-rowindex={index + 2}>
      <span role="cell" class="cell-name">
        <span class={`indent indent-${Math.min(row.depth, 6)}`}>
          <ProblemMark instanceId={row.id} />
          <Text value={row.name} />
          {pattern !== undefined && row.depth === 0 && <span class="tag">{pattern}</span>}
        </span>
      </span>
      <span role="cell" class="cell-id">
        <a href={instanceHref(row.id)}>
          <Id value={row.id} />
        </a>
      </span>
      <span role="cell" class="cell-status">
        <Status value={row.status} outcome={row.outcome} />
      </span>
      <span role="cell" class="cell-progress">
        {waits.length > 0 && !isEnded(row.status) && (
          <span class="waits">
            <Waits waits={waits} now={now} />
          </span>
        )}
        <Progress status={row.customStatus} />
      </span>
      <span role="cell" class="cell-created">
        <Moment value={row.created} now={now} />
      </span>
      <span role="cell" class="cell-duration">
        {duration(end - Date.parse(row.created))}
      </span>
    </div>
  );
}

function NoInstances({ isFiltered }: { readonly isFiltered: boolean }) {
  const { openApi } = useApp();
  if (isFiltered) {
    return (
      <Empty title="No instance matches the filters">
        <a class="button" href={href(["instances"])}>
          Clear the filters
        </a>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has been started yet">
      <p>
        {openApi === undefined
          ? "Start an orchestration by its name."
          : "Each start route of the app has a form."}
      </p>
      <a class="button primary" href={href(["start"])}>
        Start one
      </a>
    </Empty>
  );
}
