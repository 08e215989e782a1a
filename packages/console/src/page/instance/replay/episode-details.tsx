import { useState } from "preact/hooks";
import type { EpisodeEvent, SourcePlace } from "../../../api/local-host-extras.ts";
import type { Json } from "../../../api/management-api.ts";
import { JsonText, Text, visible } from "../../parts/text.tsx";
import { duration } from "../../parts/time.tsx";
import { baseName, type Execution, placeIn } from "./replay-model.ts";

interface EpisodeDetailsProps {
  readonly execution: Execution;
  readonly episode: number;
  readonly onPlace: (place: SourcePlace) => void;
}

/** What began an episode, and what it changed. */
export function EpisodeDetails({ execution, episode, onPlace }: EpisodeDetailsProps) {
  const shown = execution.episodes.get(episode);
  if (shown === undefined) return null;
  const before = execution.episodes.get(episode - 1);
  const events = shown.newEvents.filter(({ type }) => !type.startsWith("Orchestrator"));
  const waitsAt = placeIn(execution.files[0], shown.waitsAt);
  const pause = before && Date.parse(shown.time) - Date.parse(before.time);
  return (
    <>
      <section aria-label="New events">
        <h2>
          New since the episode before
          {pause !== undefined && pause >= 1000 && <span class="count"> after {duration(pause)}</span>}
        </h2>
        {events.length === 0 && <p class="none">Nothing.</p>}
        <ul class="new-events">
          {events.map((event, at) => (
            <NewEvent key={at} event={event} />
          ))}
        </ul>
        {shown.difference !== undefined && (
          <p class="replay-error">
            The code does something else now than this history says: <Text value={shown.difference} />
          </p>
        )}
        {waitsAt !== undefined && (
          <p class="ends">
            Then it waits at{" "}
            <button type="button" class="link mono" onClick={() => onPlace(waitsAt)}>
              {visible(baseName(waitsAt.file))}:{waitsAt.line}
            </button>
          </p>
        )}
        {shown.ended !== undefined && (
          <p class={shown.ended === "Failed" ? "ends bad" : "ends"}>
            The execution ends with this episode: <b>{shown.ended}</b>
          </p>
        )}
      </section>
      <StatusChange before={before?.customStatus ?? null} after={shown.customStatus} />
      {shown.log.length > 0 && (
        <section aria-label="Log">
          <h2>Log</h2>
          <ul class="log">
            {shown.log.map(({ level, message }, at) => (
              <li key={at} class={`mono level-${level}`}>
                <Text value={message} most={2000} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function NewEvent({ event: { type, name, value } }: { readonly event: EpisodeEvent }) {
  const [isOpen, setOpen] = useState(false);
  const hasValue = value !== undefined && value !== null && value !== "";
  return (
    <li class={type.endsWith("Failed") ? "new-event bad" : "new-event"}>
      <span class="tag">
        <Text value={WORDS[type] ?? type} most={40} />
      </span>{" "}
      {name !== undefined && <Text value={name} />}
      {hasValue && (
        <>
          <button type="button" class="link mono" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Text value={oneLine(value)} most={160} />
          </button>
          {isOpen && <JsonText value={value} label={`Value of ${type}`} />}
        </>
      )}
    </li>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  ExecutionStarted: "started",
  TaskCompleted: "result",
  TaskFailed: "failed",
  SubOrchestrationInstanceCompleted: "child's result",
  SubOrchestrationInstanceFailed: "child failed",
  TimerFired: "timer",
  EventRaised: "event",
};

/** The first line of a text, or the JSON. */
export function oneLine(value: Json): string {
  return typeof value === "string" ? (value.split("\n", 1)[0] ?? "") : JSON.stringify(value);
}

/** The custom status before and after, field by field where it has fields. */
function StatusChange({ before, after }: { readonly before: Json; readonly after: Json }) {
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  if (isSame) return null;
  const changes = changesOf(before, after);
  return (
    <section aria-label="Custom status in this episode">
      <h2>Custom status</h2>
      <dl class="status-change mono">
        {changes.map(({ name, from, to }) => (
          <div key={name}>
            {name !== "" && (
              <dt>
                <Text value={name} />
              </dt>
            )}
            <dd>
              {from !== null && (
                <>
                  <del>
                    <Text value={oneLine(from)} most={500} />
                  </del>
                  {" → "}
                </>
              )}
              <ins>
                <Text value={oneLine(to)} most={500} />
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface FieldChange {
  readonly name: string;
  readonly from: Json;
  readonly to: Json;
}

type Fields = Readonly<Record<string, Json>>;

function changesOf(before: Json, after: Json): readonly FieldChange[] {
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  if (to === undefined) return [{ name: "", from: before, to: after }];
  return [...new Set([...Object.keys(from ?? {}), ...Object.keys(to)])]
    .map((name) => ({ name, from: ownOf(from ?? {}, name), to: ownOf(to, name) }))
    .filter(({ from: old, to: now }) => JSON.stringify(old) !== JSON.stringify(now));
}

/** A name may be `constructor`. */
const ownOf = (fields: Fields, name: string): Json =>
  Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;

const fieldsOf = (value: Json): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
