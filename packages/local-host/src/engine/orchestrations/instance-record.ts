import type { Wait } from "../../stores/instance.ts";
import type { StoredInstance } from "../../stores/store.ts";
import { EventType } from "../history/events.ts";
import type { FinalCompletion } from "../history/scheduled-events.ts";
import type { OpenWait } from "../replay/waits.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";

const FINAL_STATUS = { completed: "Completed", failed: "Failed", terminated: "Terminated" } as const;

/** The record of an instance after an episode, derived from the episode's events in order, as in the extension. */
export function nextRecord(before: StoredInstance, outcome: EpisodeOutcome): StoredInstance {
  const { restarted, completion } = outcome;
  let runtimeStatus: StoredInstance["runtimeStatus"] =
    before.runtimeStatus === "Suspended" && restarted === undefined ? "Suspended" : "Running";
  let { output } = before;
  for (const { event } of outcome.events) {
    if (event.EventType === EventType.ExecutionSuspended) {
      runtimeStatus = "Suspended";
      output = event.Reason;
    } else if (event.EventType === EventType.ExecutionResumed) {
      // As in the extension, the reason for resuming stays as output until there is a real output.
      runtimeStatus = "Running";
      output = event.Reason;
    }
  }
  if (completion !== undefined) {
    runtimeStatus = FINAL_STATUS[completion.kind];
    // Without a new output, an earlier reason stays visible.
    output = outputOf(completion) ?? output;
  }
  return {
    ...before,
    runtimeStatus,
    output,
    customStatus: outcome.customStatus,
    lastUpdatedTime: outcome.time.at,
    problems: withNew(before.problems, outcome.problems),
    waits:
      completion === undefined
        ? sinceWhen(restarted === undefined ? before.waits : [], outcome.waits, outcome.time.at)
        : [],
    ...(restarted === undefined
      ? {}
      : {
          executionId: restarted.executionId,
          // After continueAsNew(null) the old input stays visible, although the function gets null.
          input: restarted.input ?? before.input,
          generation: null,
          createdTime: outcome.time.at,
        }),
  };
}

/** An eternal instance may have problems without limit. */
const MAX_PROBLEMS = 20;

/** The known problems and those of an episode, without duplicates. */
function withNew(known: readonly string[], found: readonly string[]): readonly string[] {
  const added = found.filter((problem, i) => !known.includes(problem) && found.indexOf(problem) === i);
  return added.length === 0 ? known : [...known, ...added].slice(0, MAX_PROBLEMS);
}

/** What it has waited for before keeps its time. */
function sinceWhen(before: readonly Wait[], now: readonly OpenWait[], at: number): readonly Wait[] {
  return now.map((wait) => {
    const known = before.find(({ kind, name }) => kind === wait.kind && name === wait.name);
    return { ...wait, since: known?.since ?? at };
  });
}

function outputOf(completion: FinalCompletion): string | null {
  if (completion.kind !== "failed") return completion.result;
  const { failureDetails } = completion;
  return failureDetails === null
    ? completion.reason
    : `${failureDetails.ErrorType}: ${failureDetails.ErrorMessage}`;
}
