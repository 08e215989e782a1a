import { useEffect, useRef, useState } from "preact/hooks";
import type { SourcePlace } from "../../../api/local-host-extras.ts";
import { JsonText, Text, visible } from "../../parts/text.tsx";
import { oneLine } from "./episode-details.tsx";
import {
  baseName,
  type CallState,
  type Execution,
  type KnownCall,
  failedAttempts,
  placeIn,
  stateIn,
} from "./replay-model.ts";
import type { Selection } from "./replay-view.tsx";

/** So many calls are drawn at first; the earlier ones on request. */
const STEP = 100;

interface CallListProps {
  readonly execution: Execution;
  readonly episode: number;
  readonly selection: Selection;
  readonly onSelect: (call: KnownCall) => void;
  readonly onPlace: (call: KnownCall, place: SourcePlace) => void;
}

/** The calls that the orchestrator has made up to an episode: replayed ones in grey, new ones stand out. */
export function CallList(props: CallListProps) {
  const { execution, episode } = props;
  const [most, setMost] = useState(STEP);
  const calls = execution.calls.filter((call) => stateIn(episode, call) !== undefined);
  const hidden = Math.max(0, calls.length - most);
  return (
    <section aria-label="Calls">
      <h2>
        Calls <span class="count">{calls.length}</span>
      </h2>
      {calls.length === 0 && <p class="none">None yet.</p>}
      {hidden > 0 && (
        <button type="button" class="link" onClick={() => setMost(most + STEP)}>
          Show earlier calls ({hidden})
        </button>
      )}
      <Calls {...props} calls={calls.slice(hidden)} />
    </section>
  );
}

function Calls({ calls, ...props }: CallListProps & { readonly calls: readonly KnownCall[] }) {
  return (
    <ol class="calls">
      {calls.map((call) => (
        <Call key={call.id} {...props} call={call} />
      ))}
    </ol>
  );
}

const ENDS: Readonly<Record<CallState["end"], { readonly mark: string; readonly word: string }>> = {
  open: { mark: "…", word: "no result yet" },
  done: { mark: "✓", word: "has its result" },
  failed: { mark: "✗", word: "failed" },
  sent: { mark: "→", word: "sent" },
};

function Call({ call, ...props }: CallListProps & { readonly call: KnownCall }) {
  const { execution, episode, selection, onSelect } = props;
  const row = useRef<HTMLLIElement>(null);
  const isSelected = selection.calls.has(call.id);
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: "nearest" });
  }, [isSelected]);
  const state = stateIn(episode, call);
  if (state === undefined) return null;
  const { mark, word } = ENDS[state.end];
  const failures = failedAttempts(execution, call, episode);
  const [main] = execution.files;
  const place = placeIn(main, call.at);
  const age = state.isNew ? "new" : "replayed";
  const classes = `call call-${age} call-${state.end}${isSelected ? " selected" : ""}`;
  return (
    <li ref={row} class={classes}>
      <button type="button" class="call-row" aria-expanded={isSelected} onClick={() => onSelect(call)}>
        <span class="call-mark" role="img" aria-label={`${age}, ${word}`} title={`${age}, ${word}`}>
          {mark}
        </span>
        <span class="call-name">
          <Text value={nameOf(call)} />
        </span>
        <span class="call-kind">
          <Text value={KINDS[call.kind] ?? call.kind} most={40} />
        </span>
        {failures.length > 0 && (
          <span class="tag retries">
            {failures.length === 1 ? "1 attempt failed" : `${failures.length} attempts failed`}
          </span>
        )}
        {state.isNew && <span class="tag new">new</span>}
        {place !== undefined && (
          <span class="call-line mono">
            {place.file === main ? "line " : `${visible(baseName(place.file))}:`}
            {place.line}
          </span>
        )}
      </button>
      {isSelected && <CallDetails {...props} call={call} state={state} />}
      {call.tasks !== undefined && <Calls {...props} calls={call.tasks} />}
    </li>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  callActivity: "activity",
  callActivityWithRetry: "activity with retry",
  callSubOrchestrator: "child",
  callSubOrchestratorWithRetry: "child with retry",
  createTimer: "timer",
  waitForExternalEvent: "event",
  callEntity: "entity",
  signalEntity: "signal",
  callHttp: "HTTP",
};

const nameOf = ({ name, fireAt, kind }: KnownCall) =>
  name ?? (fireAt === undefined ? kind : `until ${fireAt.replace("T", " ").replace(/\.?0*Z$/, "")}`);

interface CallDetailsProps extends CallListProps {
  readonly call: KnownCall;
  readonly state: CallState;
}

function CallDetails({ execution, episode, onPlace, call, state }: CallDetailsProps) {
  const failures = failedAttempts(execution, call, episode);
  return (
    <div class="call-details">
      {"input" in call && (
        <>
          <h3>Input</h3>
          <JsonText value={call.input} label={`Input of ${nameOf(call)}`} />
        </>
      )}
      {state.end === "done" && (
        <>
          <h3>Result</h3>
          <JsonText value={call.result} label={`Result of ${nameOf(call)}`} />
        </>
      )}
      {state.end === "failed" && (
        <>
          <h3>Error</h3>
          <JsonText value={call.error} label={`Error of ${nameOf(call)}`} />
        </>
      )}
      {failures.length > 0 && (
        <>
          <h3>Failed attempts</h3>
          <ul class="failures">
            {failures.map(({ value }, at) => (
              <li key={at}>
                <Text value={oneLine(value ?? null)} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Called at</h3>
      <ul class="frames mono">
        {call.at.map((place, at) => (
          <li key={at}>
            <button type="button" class="link" onClick={() => onPlace(call, place)}>
              <Text value={`${place.file}:${place.line}`} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
