import { useMemo, useState } from "preact/hooks";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { Text } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import { VirtualRows } from "../../parts/virtual-rows.tsx";
import { useApp } from "../../shell/app-context.ts";
import { stepsOf } from "../steps/read-steps.ts";
import { StepDetail } from "../steps/step-detail.tsx";
import { Arrow, lanesWide } from "./arrow.tsx";
import { type Lane, type Message, sequenceOf } from "./messages.ts";

const ROW_HEIGHT = 34;

interface Chosen {
  /** Index of the message. */
  readonly index: number;
  readonly attempt: number;
}

/** Who called whom, in order: a lane for each function, entity and child. */
export function SequenceView({ instance }: { readonly instance: InstanceStatus }) {
  const { now } = useApp();
  const { lanes, messages } = useMemo(() => sequenceOf(stepsOf(instance)), [instance]);
  const [chosen, setChosen] = useState<Chosen>();
  const message = chosen && messages[chosen.index];
  return (
    <div class={message === undefined ? "beside" : "beside with-detail"}>
      <Messages
        lanes={lanes}
        messages={messages}
        chosen={chosen?.index}
        onChoose={(index) => setChosen({ index, attempt: messages[index]?.attempt ?? 0 })}
      />
      {message !== undefined && chosen !== undefined && (
        <StepDetail
          step={message.step}
          at={chosen.attempt}
          now={now}
          onAttempt={(attempt) => setChosen({ ...chosen, attempt })}
          onClose={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

interface MessagesProps {
  readonly lanes: readonly Lane[];
  readonly messages: readonly Message[];
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
}

function Messages({ lanes, messages, chosen, onChoose }: MessagesProps) {
  const { now } = useApp();
  const width = lanesWide(lanes.length);
  const head = (
    <div role="row" class="sequence-row" aria-rowindex={1}>
      <span role="columnheader" class="number">
        No.
      </span>
      <span role="columnheader" class="lane-titles" style={{ width }}>
        {lanes.map(({ key, title, kind }) => (
          <span key={key} class={`lane-title lane-${kind}`}>
            <Text value={title} most={80} />
          </span>
        ))}
      </span>
    </div>
  );
  const lifelines = (
    <div class="lifelines" aria-hidden="true" style={{ width }}>
      {lanes.map(({ key }) => (
        <span key={key} class="lifeline" />
      ))}
    </div>
  );
  return (
    <VirtualRows
      name="sequence"
      label="Sequence"
      rowHeight={ROW_HEIGHT}
      count={messages.length}
      head={head}
      behind={lifelines}
      row={(index) => {
        const message = messages[index];
        return (
          message && (
            <MessageRow
              key={index}
              lanes={lanes}
              message={message}
              index={index}
              isChosen={chosen === index}
              now={now}
              onChoose={onChoose}
            />
          )
        );
      }}
    />
  );
}

interface MessageRowProps {
  readonly lanes: readonly Lane[];
  readonly message: Message;
  readonly index: number;
  readonly isChosen: boolean;
  readonly now: number;
  readonly onChoose: (index: number) => void;
}

/** Hosts may tell any time. */
const isoOf = (time: number) => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time));

function MessageRow({ lanes, message, index, isChosen, now, onChoose }: MessageRowProps) {
  return (
    <div
      role="row"
      class={`sequence-row${isChosen ? " chosen" : ""}`}
      aria-rowindex={index + 2}
      onClick={() => onChoose(index)}
    >
      <span role="rowheader" class="number">
        <button type="button" class="link" aria-label={`Details of ${index + 1}`} aria-pressed={isChosen}>
          {index + 1}
        </button>
        <Moment value={isoOf(message.at.time)} now={now} isExact />
      </span>
      <span role="cell" class="lanes" style={{ width: lanesWide(lanes.length) }}>
        <Arrow message={message} from={lanes.indexOf(message.from)} to={lanes.indexOf(message.to)} />
      </span>
    </div>
  );
}
