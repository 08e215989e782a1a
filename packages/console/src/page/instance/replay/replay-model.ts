import type {
  Episode,
  EpisodeEvent,
  InstanceReplay,
  ReplayedCall,
  SourcePlace,
} from "../../../api/local-host-extras.ts";

/** A call, and what other answers say about its beginning if its own does not. */
export interface KnownCall extends ReplayedCall {
  /** Of a call that is older than its answer's episodes: the last episode that is known to be without it. */
  readonly madeAfter?: number;
  readonly tasks?: readonly KnownCall[];
}

/** What the page knows of one execution, put together from the answers for its parts. */
export interface Execution {
  readonly id: string;
  readonly episodeCount: number;
  /** By their number; those that have been loaded. */
  readonly episodes: ReadonlyMap<number, Episode>;
  /** In the order in which they are made. */
  readonly calls: readonly KnownCall[];
  /** How many calls had been made at the end of each answer. */
  readonly counts: ReadonlyMap<number, number>;
  /** That of the orchestrator first. */
  readonly files: readonly string[];
}

/** An execution whose history is gone stays on an open page; so many. */
const MOST_EXECUTIONS = 20;

/** The known executions, oldest first, with another answer. */
export function withAnswer(known: readonly Execution[], answer: InstanceReplay): readonly Execution[] {
  const found = [...known];
  for (const { executionId, episodeCount, episodes, calls } of answer.generations) {
    const at = found.findIndex(({ id }) => id === executionId);
    const before = found[at];
    const counts = new Map([...(before?.counts ?? []), [episodes.at(-1)?.index ?? 0, calls.length]]);
    const all = mergedCalls(before?.calls ?? [], calls).map((call, i) => dated(call, lastWithout(counts, i)));
    const execution: Execution = {
      id: executionId,
      episodeCount: Math.max(episodeCount, before?.episodeCount ?? 0),
      episodes: new Map([...(before?.episodes ?? []), ...episodes.map((one) => [one.index, one] as const)]),
      calls: all,
      counts,
      files: filesOf(all, episodes),
    };
    if (at === -1) found.push(execution);
    else found[at] = execution;
  }
  return found.slice(-MOST_EXECUTIONS);
}

/** The last episode after which there were no more than so many calls. */
function lastWithout(counts: ReadonlyMap<number, number>, calls: number): number {
  return Math.max(0, ...[...counts].filter(([, count]) => count <= calls).map(([episode]) => episode));
}

const dated = (call: KnownCall, madeAfter: number): KnownCall =>
  call.madeIn !== 0 || madeAfter === 0
    ? call
    : { ...call, madeAfter, ...(call.tasks && { tasks: call.tasks.map((task) => dated(task, madeAfter)) }) };

/** An answer knows the beginnings and ends only of calls that its own episodes made or saw end. */
function mergedCalls(
  known: readonly ReplayedCall[],
  calls: readonly ReplayedCall[],
): readonly ReplayedCall[] {
  const both = calls.map((now, i) => {
    const old = known[i];
    return old === undefined ? now : mergedCall(old, now);
  });
  return [...both, ...known.slice(calls.length)];
}

function mergedCall(old: KnownCall, now: KnownCall): KnownCall {
  const ends = [old.doneIn, now.doneIn].filter((end) => end !== undefined);
  return {
    ...now,
    madeIn: Math.max(old.madeIn, now.madeIn),
    ...(ends.length > 0 && { doneIn: Math.min(...ends) }),
    ...("result" in old && { result: old.result }),
    ...(old.error !== undefined && { error: old.error }),
    ...(now.tasks && { tasks: mergedCalls(old.tasks ?? [], now.tasks) }),
  };
}

/** The calls and the tasks in them. */
export function flat(calls: readonly KnownCall[]): readonly KnownCall[] {
  return calls.flatMap((call) => [call, ...flat(call.tasks ?? [])]);
}

/** The orchestrator's file is the one with calls on the most lines: helpers make all calls on few lines. */
function filesOf(calls: readonly ReplayedCall[], episodes: readonly Episode[]): readonly string[] {
  const lines = new Map<string, Set<number>>();
  const places = [...flat(calls).flatMap(({ at }) => at), ...episodes.flatMap(({ waitsAt }) => waitsAt)];
  for (const { file, line } of places) lines.set(file, (lines.get(file) ?? new Set()).add(line));
  return [...lines].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1)).map(([file]) => file);
}

/** The frame that says most: the innermost one of this file, else the innermost. */
export function placeIn(file: string | undefined, at: readonly SourcePlace[]): SourcePlace | undefined {
  return at.find((place) => place.file === file) ?? at[0];
}

export const baseName = (file: string) => file.slice(file.lastIndexOf("/") + 1);

/** How a call stands at the end of an episode that has made or replayed it. */
export interface CallState {
  readonly isNew: boolean;
  readonly end: "open" | "done" | "failed" | "sent";
}

/** Undefined if the call is made later. */
export function stateIn(episode: number, call: KnownCall): CallState | undefined {
  if (call.madeIn > episode || (call.madeIn === 0 && episode <= (call.madeAfter ?? 0))) return undefined;
  const isNew = call.madeIn === episode;
  if (call.kind === "signalEntity") return { isNew, end: "sent" };
  if (call.doneIn === undefined || call.doneIn > episode) return { isNew, end: "open" };
  return { isNew, end: call.error === undefined ? "done" : "failed" };
}

/** The attempts of a call with retries that have failed up to an episode. */
export function failedAttempts(
  { episodes, calls }: Execution,
  call: KnownCall,
  episode: number,
): readonly EpisodeEvent[] {
  if (!call.kind.endsWith("WithRetry") || call.madeIn === 0) return [];
  const sameName = flat(calls).filter(({ name }) => name === call.name);
  const isOpen = (one: KnownCall, at: number) => one.madeIn < at && (one.doneIn ?? at) >= at;
  const failures: EpisodeEvent[] = [];
  for (let at = call.madeIn + 1; at <= Math.min(episode, call.doneIn ?? episode); at++) {
    // Events have no call: of several open calls of one function, it may be any.
    if (sameName.filter((one) => isOpen(one, at)).length > 1) continue;
    const events = episodes.get(at)?.newEvents ?? [];
    failures.push(...events.filter(({ type, name }) => type.endsWith("Failed") && name === call.name));
  }
  return failures;
}

/** What an episode does on a line. */
export interface LineMark {
  readonly waits: boolean;
  readonly made: readonly KnownCall[];
  readonly replayed: readonly KnownCall[];
}

/** The marked lines of a file, at the end of an episode. */
export function marksIn(
  { calls, episodes }: Execution,
  episode: number,
  file: string,
): ReadonlyMap<number, LineMark> {
  const marks = new Map<number, { waits: boolean; made: KnownCall[]; replayed: KnownCall[] }>();
  const markAt = (line: number) => {
    const mark = marks.get(line) ?? { waits: false, made: [], replayed: [] };
    marks.set(line, mark);
    return mark;
  };
  const linesOf = (at: readonly SourcePlace[]) =>
    new Set(at.filter((place) => place.file === file).map(({ line }) => line));
  for (const call of flat(calls)) {
    const state = stateIn(episode, call);
    if (state === undefined) continue;
    for (const line of linesOf(call.at)) markAt(line)[state.isNew ? "made" : "replayed"].push(call);
  }
  for (const line of linesOf(episodes.get(episode)?.waitsAt ?? [])) markAt(line).waits = true;
  return marks;
}

/** What the strip above the slider shows of an episode, by the most important event. */
export type EpisodeTone = "failed" | "event" | "timer" | "done" | "other";

export function toneOf({ newEvents, ended }: Episode): EpisodeTone {
  const types = newEvents.map(({ type }) => type);
  if (ended === "Failed" || types.some((type) => type.endsWith("Failed"))) return "failed";
  if (types.includes("EventRaised")) return "event";
  if (types.some((type) => type === "TaskCompleted" || type === "SubOrchestrationInstanceCompleted"))
    return "done";
  return types.includes("TimerFired") ? "timer" : "other";
}
