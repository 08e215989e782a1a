import { useState } from "preact/hooks";
import type { EntityStatus } from "../../api/management-api.ts";
import { listEntities } from "../api/management.ts";
import { usePolling } from "../api/polling.ts";
import { Empty } from "../parts/empty.tsx";
import { JsonText, Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { useApp } from "../shell/app-context.ts";
import { href, navigate, useRoute, withQuery } from "../shell/router.ts";
import { SignalEntity } from "./signal-entity.tsx";

const PAGE_SIZE = 100;

/** Entities with their state, page by page. */
export function EntityList({ query }: { readonly query: URLSearchParams }) {
  const [tokens, setTokens] = useState<readonly (string | undefined)[]>([undefined]);
  const name = query.get("name") ?? "";
  const onName = (text: string) => {
    setTokens([undefined]);
    navigate(href(["entities"], { name: text.trim() }), true);
  };
  const token = tokens.at(-1);
  const { value } = usePolling(
    `entities ${name} ${token}`,
    (signal) => listEntities(name, PAGE_SIZE, token, signal),
    ({ kind }) => kind === "entity" || kind === "instance",
  );
  if (value === undefined) return <p class="loading">Loading …</p>;
  const next = value.next;
  return (
    <section class="page" aria-label="Entities">
      <div class="bar">
        <h1>Entities</h1>
        <label class="filter">
          <span>Name</span>
          <input
            type="search"
            // What is typed stays while the list is drawn again.
            defaultValue={name}
            placeholder="exact"
            maxLength={256}
            spellcheck={false}
            onChange={({ currentTarget }) => onName(currentTarget.value)}
          />
        </label>
        <span class="count" role="status">
          {value.items.length}
          {next !== undefined && " and more"}
        </span>
        {tokens.length > 1 && (
          <button type="button" class="small" onClick={() => setTokens(tokens.slice(0, -1))}>
            Previous
          </button>
        )}
        {next !== undefined && (
          <button type="button" class="small" onClick={() => setTokens([...tokens, next])}>
            Next
          </button>
        )}
      </div>
      {value.items.length === 0 ? (
        <Empty title={name === "" ? "No entity has any state yet" : "No entity has this name"}>
          <p>An entity appears here after its first operation.</p>
        </Empty>
      ) : (
        <Table entities={value.items} chosen={query.get("entity")} />
      )}
    </section>
  );
}

interface TableProps {
  readonly entities: readonly EntityStatus[];
  /** The one whose state is shown whole. */
  readonly chosen: string | null;
}

function Table({ entities, chosen }: TableProps) {
  return (
    <div class="rows-box static" role="table" aria-label="Entities" tabIndex={0}>
      <div role="row" class="entity head">
        {["Name", "Key", "Last operation", "State"].map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      {entities.map((entity) => (
        <Entity key={idOf(entity)} entity={entity} isOpen={chosen === idOf(entity)} />
      ))}
    </div>
  );
}

const idOf = ({ entityId }: EntityStatus) => `@${entityId.name}@${entityId.key}`;

function Entity({ entity, isOpen }: { readonly entity: EntityStatus; readonly isOpen: boolean }) {
  const { now } = useApp();
  const route = useRoute();
  const toggle = () => navigate(withQuery(route, { entity: isOpen ? "" : idOf(entity) }), true);
  return (
    <>
      <div role="row" class="entity">
        <span role="cell">
          <Text value={entity.entityId.name} />
        </span>
        <span role="cell">
          <button type="button" class="link" aria-expanded={isOpen} onClick={toggle}>
            <Text value={entity.entityId.key} />
          </button>
        </span>
        <span role="cell">
          <Moment value={entity.lastOperationTime} now={now} />
        </span>
        <span role="cell" class="mono">
          <Text value={JSON.stringify(entity.state)} />
        </span>
      </div>
      {isOpen && (
        <div role="row" class="entity-state">
          <span role="cell">
            <SignalEntity entityId={entity.entityId} />
            <JsonText value={entity.state} label={`State of ${entity.entityId.key}`} />
          </span>
        </div>
      )}
    </>
  );
}
