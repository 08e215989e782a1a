import { SidePanel } from "../../parts/side-panel.tsx";
import { JsonText, LongText, Text } from "../../parts/text.tsx";
import { duration, Moment, shortDuration } from "../../parts/time.tsx";
import { instanceHref } from "../../shell/router.ts";
import { fieldOf, textOf, valueIn } from "./event-fields.ts";
import { type Attempt, isMark, lastOf, type Step, stateOf, timeTaken } from "./step.ts";
import { KIND_NAMES, KindIcon } from "./kind-icon.tsx";

interface StepDetailProps {
  readonly step: Step;
  /** Which of its attempts is shown. */
  readonly at: number;
  readonly now: number;
  readonly onAttempt: (at: number) => void;
  readonly onClose: () => void;
}

/** What the history says about one step. */
export function StepDetail({ step, at, now, onAttempt, onClose }: StepDetailProps) {
  const attempt = step.attempts[at] ?? lastOf(step);
  return (
    <SidePanel
      label="Details"
      head={
        <>
          <KindIcon kind={step.kind} />
          <h2>
            <Text value={step.name} />
          </h2>
        </>
      }
      onClose={onClose}
    >
      <Facts step={step} attempt={attempt} now={now} />
      {step.attempts.length > 1 && <Attempts step={step} attempt={attempt} now={now} onAttempt={onAttempt} />}
      <Values step={step} attempt={attempt} />
    </SidePanel>
  );
}

interface OfAttempt {
  readonly step: Step;
  readonly attempt: Attempt;
}

function Facts({ step, attempt, now }: OfAttempt & { readonly now: number }) {
  const { start, due, childId, state } = attempt;
  const began = isAwaited(step) ? "Awaited since" : (WORDS[step.kind] ?? CALL_WORDS)[0];
  return (
    <dl class="step-facts">
      <Fact title="What">
        {KIND_NAMES[step.kind]}
        {!isMark(step) && <span class={`word is-${state}`}>{wordOf(step, attempt)}</span>}
      </Fact>
      <Fact title={began}>
        <Time time={start.time} now={now} />
      </Fact>
      {due !== undefined && (
        <Fact title="Due">
          <Time time={due} now={now} />
          {due > now && ` in ${duration(due - now)}`}
        </Fact>
      )}
      {!isMark(step) && <EndFacts step={step} attempt={attempt} now={now} />}
      {step.nextAt !== undefined && attempt === lastOf(step) && (
        <Fact title="Next attempt">
          <Time time={step.nextAt} now={now} />
          {step.nextAt > now && ` in ${duration(step.nextAt - now)}`}
        </Fact>
      )}
      {childId !== undefined && (
        <Fact title="Child">
          <a class="mono" href={instanceHref(childId)}>
            <Text value={childId} />
          </a>
        </Fact>
      )}
      {step.entity !== undefined && (
        <Fact title="Entity">
          <span class="mono">
            <Text value={step.entity} />
          </span>
        </Fact>
      )}
    </dl>
  );
}

function EndFacts({ step, attempt, now }: OfAttempt & { readonly now: number }) {
  const { start, end, state } = attempt;
  const [, ended] = WORDS[step.kind] ?? CALL_WORDS;
  return (
    <>
      {/* The history does not tell when a timer fired. */}
      {end !== undefined && step.kind !== "timer" && (
        <Fact title={state === "dropped" ? "Instance ended" : ended}>
          <Time time={end.time} now={now} />
        </Fact>
      )}
      <Fact title={{ open: "So far", dropped: "Lasted", completed: "Took", failed: "Took" }[state]}>
        {shortDuration((end?.time ?? now) - start.time)}
        {step.kind === "activity" && (
          <span class="hint"> to wait for a worker and to run; the history tells only both together</span>
        )}
      </Fact>
    </>
  );
}

const isAwaited = (step: Step) => step.kind === "event" && stateOf(step) === "open";

const CALL_WORDS = ["Scheduled", "Ended"] as const;
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  orchestration: ["Started", "Ended"],
  timer: ["Created", "Fired"],
  event: ["Raised", ""],
  signal: ["Sent", ""],
  entity: ["Called", "Answered"],
  lock: ["Requested", "Locked"],
};

const TIMER_WORDS = { completed: "fired", failed: "", open: "waiting", dropped: "did not fire" } as const;

const wordOf = ({ kind }: Step, { state }: Attempt) => (kind === "timer" ? TIMER_WORDS : STATE_WORDS)[state];

const STATE_WORDS = {
  completed: "completed",
  failed: "failed",
  open: "not ended yet",
  dropped: "not ended when the instance did",
} as const;

function Fact({ title, children }: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Time({ time, now }: { readonly time: number; readonly now: number }) {
  const isValid = Math.abs(time) <= 8.64e15;
  return <Moment value={isValid ? new Date(time).toISOString() : String(time)} now={now} isExact />;
}

const MOST_ATTEMPTS = 50;

interface AttemptsProps extends OfAttempt {
  readonly now: number;
  readonly onAttempt: (at: number) => void;
}

function Attempts({ step, attempt, now, onAttempt }: AttemptsProps) {
  const hidden = Math.max(0, step.attempts.length - MOST_ATTEMPTS);
  return (
    <>
      <h3>
        {step.attempts.length} attempts in {shortDuration(timeTaken(step, now))}, {STATE_WORDS[stateOf(step)]}
      </h3>
      <ol class="attempts" start={hidden + 1}>
        {step.attempts.slice(hidden).map((one, index) => (
          <li key={hidden + index}>
            <button
              type="button"
              class="link"
              aria-pressed={one === attempt}
              onClick={() => onAttempt(hidden + index)}
            >
              <span class={`word is-${one.state}`}>{STATE_WORDS[one.state]}</span>{" "}
              {shortDuration((one.end?.time ?? now) - one.start.time)}
            </button>
            <AfterWait step={step} at={hidden + index} />
          </li>
        ))}
      </ol>
    </>
  );
}

function AfterWait({ step, at }: { readonly step: Step; readonly at: number }) {
  const wait = step.waits[at - 1];
  if (wait?.end === undefined) return null;
  return <span class="hint"> after a wait of {shortDuration(wait.end.time - wait.start.time)}</span>;
}

function Values({ step, attempt }: OfAttempt) {
  const { events } = attempt;
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return null;
  const reason = textOf(last, "Reason");
  const details = textOf(last, "Details");
  return (
    <>
      {reason !== "" && (
        <Value title="Reason">
          <LongText value={reason} label="Reason" />
        </Value>
      )}
      <InputAndOutput step={step} first={first} last={last} />
      {details !== "" && (
        <Value title="Details of the error">
          <LongText value={details} label="Details of the error" />
        </Value>
      )}
    </>
  );
}

type Event = Attempt["events"][number];

function InputAndOutput({ step, first, last }: { step: Step; first: Event; last: Event }) {
  if (step.kind === "timer") return null;
  const [input, output] = valuesOf(step, first, last);
  return (
    <>
      <Value title={step.kind === "event" ? "Value" : "Input"}>
        <JsonText value={input} label="Input of the step" />
      </Value>
      {output !== undefined && (
        <Value title="Output">
          <JsonText value={output} label="Output of the step" />
        </Value>
      )}
    </>
  );
}

/** Input and, if it has ended, output. */
function valuesOf(step: Step, first: Event, last: Event): readonly [unknown, unknown?] {
  const input = valueIn(fieldOf(first, "Input"));
  switch (step.kind) {
    case "activity":
      // The extension wraps it in an array.
      return [Array.isArray(input) && input.length === 1 ? input[0] : input, fieldOf(last, "Result")];
    case "entity":
    case "signal":
    case "lock":
      return [
        memberOf(input, "input"),
        first === last ? undefined : memberOf(valueIn(fieldOf(last, "Input")), "result"),
      ];
    case "event":
      return [input];
    default:
      return [input, fieldOf(last, "Result")];
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? valueIn((value as Record<string, unknown>)[name] ?? null)
    : value;

function Value({ title, children }: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <div class="step-value">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
