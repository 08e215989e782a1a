import { fieldOf, textOf, valueIn } from "../steps/event-fields.ts";
import { type Attempt, comparePoints, firstOf, type Point, type Step, type StepKind } from "../steps/step.ts";

/** Who sends or gets messages. */
export interface Lane {
  readonly key: string;
  readonly title: string;
  readonly kind: StepKind | "outside" | "others";
}

export interface Message {
  readonly from: Lane;
  /** The same as `from` for what the orchestrator does with itself. */
  readonly to: Lane;
  readonly label: string;
  readonly kind: "call" | "answer" | "failure" | "note";
  readonly at: Point;
  readonly step: Step;
  /** Index of the attempt that it belongs to. */
  readonly attempt: number;
}

export interface Sequence {
  readonly lanes: readonly Lane[];
  /** In order. */
  readonly messages: readonly Message[];
}

/** More functions, entities and children share one lane. */
const MOST_LANES = 24;

const KINDS: readonly Lane["kind"][] = ["outside", "orchestration", "activity", "entity", "child", "others"];

/** The messages between an orchestration and all others. */
export function sequenceOf(steps: readonly Step[]): Sequence {
  const lanes = new Lanes();
  const [itself] = steps;
  const orchestrator = lanes.of("orchestration", itself?.name ?? "");
  const outside = lanes.of("outside", "Outside");
  const messages: Message[] = [];
  for (const step of steps) {
    for (const [attempt, one] of step.attempts.entries()) {
      const parties = { orchestrator, outside, other: otherOf(step, lanes, orchestrator) };
      for (const message of messagesOf(step, one, parties)) messages.push({ ...message, step, attempt });
    }
    for (const { start, end } of step.kind === "orchestration" ? step.waits : []) {
      const note = { from: orchestrator, to: orchestrator, kind: "note", step, attempt: 0 } as const;
      messages.push({ ...note, label: "suspended", at: start });
      if (end !== undefined && end !== firstOf(step).end)
        messages.push({ ...note, label: "resumed", at: end });
    }
  }
  return { lanes: lanes.inOrder(), messages: messages.sort((a, b) => comparePoints(a.at, b.at)) };
}

class Lanes {
  readonly #lanes = new Map<string, Lane>();

  of(kind: Lane["kind"], title: string): Lane {
    const key = `${kind} ${title}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= MOST_LANES && kind !== "others") return this.of("others", "All others");
    const lane = { key, title, kind };
    this.#lanes.set(key, lane);
    return lane;
  }

  inOrder(): readonly Lane[] {
    return [...this.#lanes.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  }
}

function otherOf({ kind, name, entity }: Step, lanes: Lanes, orchestrator: Lane): Lane {
  if (kind === "activity" || kind === "child") return lanes.of(kind, name);
  return entity === undefined ? orchestrator : lanes.of("entity", entity.replace(/^@/, "").replace("@", " "));
}

interface Parties {
  readonly orchestrator: Lane;
  readonly outside: Lane;
  /** Whom the step is with. */
  readonly other: Lane;
}

type Sent = Omit<Message, "step" | "attempt">;

function messagesOf(
  step: Step,
  attempt: Attempt,
  { orchestrator, outside, other }: Parties,
): readonly Sent[] {
  const { start, end, state } = attempt;
  const [there, back] = [
    { from: orchestrator, to: other },
    { from: other, to: orchestrator },
  ];
  switch (step.kind) {
    case "orchestration":
      return [
        { from: outside, to: orchestrator, label: inputOf(attempt, "start"), kind: "call", at: start },
        ...ifEnded(attempt, { from: orchestrator, to: outside, label: resultOf(attempt) }),
      ];
    case "event":
      if (state === "open") {
        const label = `waits for ${step.name}`;
        return [{ from: orchestrator, to: orchestrator, label, kind: "note", at: start }];
      }
      return [{ from: outside, to: orchestrator, label: step.name, kind: "call", at: start }];
    case "signal":
      return [{ ...there, label: step.name, kind: "call", at: start }];
    case "timer": {
      const created: Sent = { ...there, label: "timer", kind: "note", at: start };
      const fired = state === "completed" && end !== undefined;
      return fired ? [created, { ...there, label: "timer fired", kind: "note", at: end }] : [created];
    }
    case "entity":
    case "lock":
      return [
        { ...there, label: step.name, kind: "call", at: start },
        ...ifEnded(attempt, { ...back, label: state === "failed" ? "failed" : "done" }),
      ];
    default:
      return [
        { ...there, label: inputOf(attempt, "call"), kind: "call", at: start },
        ...ifEnded(attempt, { ...back, label: resultOf(attempt) }),
      ];
  }
}

function ifEnded({ end, state }: Attempt, message: Pick<Sent, "from" | "to" | "label">): readonly Sent[] {
  if (end === undefined || state === "open" || (state === "dropped" && message.to.kind !== "outside"))
    return [];
  return [{ ...message, kind: state === "failed" ? "failure" : "answer", at: end }];
}

const LONGEST = 80;

/** The input in short, if the host tells it. */
function inputOf({ events: [event] }: Attempt, otherwise: string): string {
  const input = event && valueIn(fieldOf(event, "Input"));
  return (
    summary(Array.isArray(input) && input.length === 1 ? (input as readonly unknown[])[0] : input) ||
    otherwise
  );
}

function resultOf({ events, state }: Attempt): string {
  const event = events.at(-1);
  if (event === undefined) return state;
  return (
    textOf(event, "Reason") || summary(fieldOf(event, "Result")) || (state === "completed" ? "done" : state)
  );
}

function summary(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
