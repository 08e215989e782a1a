import type {
  Episode as Replayed,
  History,
  HistoryEvent,
  OrchestratorCall,
  SourcePosition,
} from "durable-replay";
import type {
  Episode,
  EpisodeEvent,
  InstanceReplay,
  ReplayedCall,
  SourcePlace,
} from "../api/local-host-extras.ts";
import type { Json } from "../api/management-api.ts";

type Growing = { -readonly [Key in keyof ReplayedCall]: ReplayedCall[Key] } & { tasks?: Growing[] };

/** Texts of this length are long enough to understand; the history has the whole text. */
const MAX_TEXT = 16_384;

/** Collects what an API answer says of replayed episodes: each call once, although every episode makes it again. */
export class ReplayShape {
  readonly #history: History;
  readonly #episodes: Episode[] = [];
  readonly #calls: Growing[] = [];
  readonly #files = new Set<string>();
  /** Name of the function by task id, for the events that complete tasks. */
  readonly #scheduled = new Map<number, string>();
  readonly #isOwn: (file: string) => boolean;

  /** @param isOwn whether a file is one of the console, which may be in the app's folder */
  constructor(history: History, isOwn: (file: string) => boolean = () => false) {
    this.#history = history;
    this.#isOwn = isOwn;
    for (const event of history.events) {
      if ("Name" in event && event.EventId >= 0) this.#scheduled.set(event.EventId, event.Name);
    }
  }

  add(episode: Replayed): void {
    const index = episode.number;
    for (const [i, call] of episode.calls.entries()) {
      this.#calls[i] = this.#merge(this.#calls[i], call, String(i), index);
    }
    const { ended, difference } = episode;
    this.#episodes.push({
      index,
      time: episode.at,
      newEvents: episode.newEvents.map((event) => this.#eventOf(event)),
      customStatus: jsonOf(episode.customStatus),
      log: episode.log,
      waitsAt: this.#places(episode.waitsFor?.at ?? []),
      ...(ended !== undefined && { ended: ended as NonNullable<Episode["ended"]> }),
      ...(difference && { difference: `${difference.what} of ${difference.replayed?.name ?? "a call"}` }),
    });
  }

  result(episodeCount: number): InstanceReplay {
    const { instanceId, name, executionId } = this.#history;
    const generation = { executionId, episodeCount, episodes: this.#episodes, calls: this.#calls };
    return { instanceId, name, files: [...this.#files].sort(), generations: [generation] };
  }

  #merge(known: Growing | undefined, call: OrchestratorCall, id: string, episode: number): Growing {
    const made: Growing = known ?? this.#newCall(call, id, episode);
    const { outcome } = call;
    if (outcome !== undefined && made.doneIn === undefined) {
      made.doneIn = episode;
      if (outcome.kind === "failed") made.error = cut(outcome.error);
      // That of Task.any is a task of the SDK.
      else if (call.kind !== "Task.any") made.result = jsonOf(outcome.result);
    }
    const tasks = call.tasks?.map((task, i) => this.#merge(made.tasks?.[i], task, `${id}.${i}`, episode));
    if (tasks !== undefined) made.tasks = tasks;
    return made;
  }

  #newCall(call: OrchestratorCall, id: string, episode: number): Growing {
    const { kind, name, input, fireAt, isReplayed, at } = call;
    return {
      id,
      kind,
      ...(name !== undefined && { name }),
      ...(input !== undefined && { input: jsonOf(input) }),
      ...(fireAt !== undefined && { fireAt }),
      // A call that is already replayed in this answer's first episode was made earlier, in an unknown episode.
      madeIn: isReplayed ? 0 : episode,
      at: this.#places(at),
    };
  }

  #places(positions: readonly SourcePosition[]): SourcePlace[] {
    const shown = positions.filter(({ file }) => !this.#isOwn(file));
    return shown.map(({ file, line, function: name }) => {
      this.#files.add(file);
      return { file, line, ...(name !== undefined && { function: name }) };
    });
  }

  #eventOf(event: HistoryEvent): EpisodeEvent {
    const { EventType: type, Timestamp: time } = event;
    const fields = event as unknown as Readonly<Record<string, unknown>>;
    const task = fields["TaskScheduledId"];
    const name = typeof task === "number" ? this.#scheduled.get(task) : fields["Name"];
    const value = fields["Result"] ?? fields["Input"] ?? fields["Reason"];
    return {
      type: EVENT_NAMES[type] ?? String(type),
      time,
      ...(typeof name === "string" && { name }),
      ...(typeof value === "string" && { value: jsonOf(parsed(value)) }),
    };
  }
}

/** By the number of the event's type. */
const EVENT_NAMES: Readonly<Record<number, string>> = {
  0: "ExecutionStarted",
  1: "ExecutionCompleted",
  3: "ExecutionTerminated",
  4: "TaskScheduled",
  5: "TaskCompleted",
  6: "TaskFailed",
  7: "SubOrchestrationInstanceCreated",
  8: "SubOrchestrationInstanceCompleted",
  9: "SubOrchestrationInstanceFailed",
  10: "TimerCreated",
  11: "TimerFired",
  12: "OrchestratorStarted",
  13: "OrchestratorCompleted",
  14: "EventSent",
  15: "EventRaised",
  16: "ContinueAsNew",
  17: "GenericEvent",
  19: "ExecutionSuspended",
  20: "ExecutionResumed",
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value as JSON; a long one as the beginning of its text. */
function jsonOf(value: unknown): Json {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return String(value);
  }
  if (text === undefined) return null;
  return text.length > MAX_TEXT ? cut(text) : (JSON.parse(text) as Json);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text;
}
