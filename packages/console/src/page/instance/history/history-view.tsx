import { useMemo, useState } from "preact/hooks";
import type { HistoryEvent } from "../../../api/management-api.ts";
import { SidePanel } from "../../parts/side-panel.tsx";
import { JsonText, Text } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import { VirtualRows } from "../../parts/virtual-rows.tsx";
import { useApp } from "../../shell/app-context.ts";
import { instanceHref } from "../../shell/router.ts";
import { textOf } from "../steps/event-fields.ts";
import { matching, nameOf, type NumberedEvent, valueOf } from "./history-events.ts";

const ROW_HEIGHT = 30;
const LONGEST_VALUE = 200;

/** The raw history, with a search, and the JSON of one event beside it. */
export function HistoryView({ events }: { readonly events: readonly HistoryEvent[] }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<number>();
  const found = useMemo(() => matching(events, text), [events, text]);
  if (events.length === 0) return <p class="none">No event yet.</p>;
  const event = chosen === undefined ? undefined : events[chosen - 1];
  return (
    <div class={event === undefined ? "beside" : "beside with-detail"}>
      <div class="timeline-tools">
        <label class="filter">
          Type or name
          <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <span class="count" role="status">
          {text.trim() !== "" &&
            `${found.length.toLocaleString("en")} of ${events.length.toLocaleString("en")} events`}
        </span>
      </div>
      <Events events={found} chosen={chosen} onChoose={setChosen} />
      {event !== undefined && (
        <EventDetail number={chosen ?? 0} event={event} onClose={() => setChosen(undefined)} />
      )}
    </div>
  );
}

interface EventsProps {
  readonly events: readonly NumberedEvent[];
  readonly chosen: number | undefined;
  readonly onChoose: (number: number) => void;
}

function Events({ events, chosen, onChoose }: EventsProps) {
  return (
    <VirtualRows
      name="history"
      label="Events"
      rowHeight={ROW_HEIGHT}
      count={events.length}
      head={HEAD}
      row={(index) => {
        const one = events[index];
        return (
          one && (
            <EventRow
              key={one.number}
              {...one}
              index={index}
              isChosen={chosen === one.number}
              onChoose={onChoose}
            />
          )
        );
      }}
    />
  );
}

const HEAD = (
  <div role="row" class="history-row" aria-rowindex={1}>
    {["No.", "Time", "Event", "Name", "Value"].map((title) => (
      <span key={title} role="columnheader">
        {title}
      </span>
    ))}
  </div>
);

interface EventRowProps extends NumberedEvent {
  readonly index: number;
  readonly isChosen: boolean;
  readonly onChoose: (number: number) => void;
}

function EventRow({ number, event, index, isChosen, onChoose }: EventRowProps) {
  const { now } = useApp();
  const type = textOf(event, "EventType");
  const value = valueOf(event);
  return (
    <div
      role="row"
      class={`history-row${isChosen ? " chosen" : ""}${type.endsWith("Failed") ? " is-failed" : ""}`}
      aria-rowindex={index + 2}
      onClick={() => onChoose(number)}
    >
      <span role="rowheader">
        <button type="button" class="link" aria-label={`JSON of event ${number}`} aria-pressed={isChosen}>
          {number}
        </button>
      </span>
      <span role="cell" class="mono">
        <Moment value={textOf(event, "Timestamp")} now={now} isExact />
      </span>
      <span role="cell" class="event-type">
        <Text value={type} most={60} />
      </span>
      <span role="cell">
        <Text value={nameOf(event) || textOf(event, "InstanceId")} most={120} />
      </span>
      <span role="cell" class="mono">
        {value !== undefined && (
          <Text value={typeof value === "string" ? value : JSON.stringify(value)} most={LONGEST_VALUE} />
        )}
      </span>
    </div>
  );
}

interface EventDetailProps extends NumberedEvent {
  readonly onClose: () => void;
}

function EventDetail({ number, event, onClose }: EventDetailProps) {
  const other = textOf(event, "InstanceId");
  return (
    <SidePanel
      label="Event"
      head={
        <h2>
          {number} <Text value={textOf(event, "EventType")} most={60} />
        </h2>
      }
      onClose={onClose}
    >
      {other !== "" && !other.startsWith("@") && (
        <p>
          <a class="mono" href={instanceHref(other)}>
            <Text value={other} />
          </a>
        </p>
      )}
      <JsonText value={event} label={`Event ${number} as JSON`} />
    </SidePanel>
  );
}
