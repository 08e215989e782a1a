import { useState } from "preact/hooks";
import type { HistoryEvent } from "../../../api/management-api.ts";
import { JsonText, Text } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import { useApp } from "../../shell/app-context.ts";
import { instanceHref } from "../../shell/router.ts";

/** So many events are drawn at first, and with each press of the button. */
const STEP = 300;

const field = (event: HistoryEvent, name: string): unknown =>
  (event as unknown as Readonly<Record<string, unknown>>)[name];

const textOf = (event: HistoryEvent, ...names: readonly string[]) =>
  names.map((name) => field(event, name)).find((value): value is string => typeof value === "string") ?? "";

/** What an event carries besides its name and time. */
function valueOf(event: HistoryEvent): unknown {
  return ["Reason", "Result", "Input", "Data", "FireAt"]
    .map((name) => field(event, name))
    .find((value) => value !== undefined && value !== null && value !== "");
}

/** The raw history. */
export function HistoryTable({ events }: { readonly events: readonly HistoryEvent[] }) {
  const [most, setMost] = useState(STEP);
  if (events.length === 0) return <p class="none">No event yet.</p>;
  return (
    <>
      <div class="table-box" tabIndex={0} role="region" aria-label="Events">
        <table class="history">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Event</th>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {events.slice(0, most).map((event, at) => (
              // Events are only added at the end.
              <EventRow key={at} event={event} />
            ))}
          </tbody>
        </table>
      </div>
      {events.length > most && (
        <button type="button" class="link" onClick={() => setMost(most + STEP)}>
          Show more of {events.length} events
        </button>
      )}
    </>
  );
}

function EventRow({ event }: { readonly event: HistoryEvent }) {
  const { now } = useApp();
  const [isOpen, setOpen] = useState(false);
  const value = valueOf(event);
  const child = textOf(event, "InstanceId");
  const isFailure = event.EventType.endsWith("Failed");
  return (
    <tr class={isFailure ? "failed" : ""}>
      <td class="mono">
        <Moment value={event.Timestamp} now={now} />
      </td>
      <td>
        <Text value={event.EventType} most={60} />
      </td>
      <td>
        <Text value={textOf(event, "FunctionName", "Name", "OrchestrationStatus")} />
        {child !== "" && !child.startsWith("@") && (
          <a class="mono child-link" href={instanceHref(child)}>
            <Text value={child} />
          </a>
        )}
      </td>
      <td class="value">
        {value !== undefined && (
          <>
            <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              <Text value={typeof value === "string" ? value : JSON.stringify(value)} />
            </button>
            {isOpen && <JsonText value={value} label={`Value of ${event.EventType}`} />}
          </>
        )}
      </td>
    </tr>
  );
}
