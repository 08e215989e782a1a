import { makeRule, type Rule, type RuleDefinition } from "../rule.ts";
import { cancelRaceTimers } from "./cancel-race-timers.ts";
import { continueAsNewObjects } from "./continue-as-new-objects.ts";
import { noAsync } from "./no-async.ts";
import { noClock } from "./no-clock.ts";
import { noDroppedTask } from "./no-dropped-task.ts";
import { noEndlessRaces } from "./no-endless-races.ts";
import { noEnvironment } from "./no-environment.ts";
import { noIo } from "./no-io.ts";
import { noLongRace } from "./no-long-race.ts";
import { noModuleState } from "./no-module-state.ts";
import { noRandom } from "./no-random.ts";
import { noReplayBranch } from "./no-replay-branch.ts";
import { noTaskReuse } from "./no-task-reuse.ts";
import { noTimers } from "./no-timers.ts";
import { noUnguardedLog } from "./no-unguarded-log.ts";
import { registeredNames } from "./registered-names.ts";
import { retryInMilliseconds } from "./retry-in-milliseconds.ts";
import { throwErrors } from "./throw-errors.ts";
import { undoBeforeStep } from "./undo-before-step.ts";
import { yieldTasks } from "./yield-tasks.ts";

const DEFINITIONS: Readonly<Record<string, RuleDefinition>> = {
  "cancel-race-timers": cancelRaceTimers,
  "continue-as-new-objects": continueAsNewObjects,
  "no-async": noAsync,
  "no-clock": noClock,
  "no-dropped-task": noDroppedTask,
  "no-endless-races": noEndlessRaces,
  "no-environment": noEnvironment,
  "no-io": noIo,
  "no-long-race": noLongRace,
  "no-module-state": noModuleState,
  "no-random": noRandom,
  "no-replay-branch": noReplayBranch,
  "no-task-reuse": noTaskReuse,
  "no-timers": noTimers,
  "no-unguarded-log": noUnguardedLog,
  "registered-names": registeredNames,
  "retry-in-milliseconds": retryInMilliseconds,
  "throw-errors": throwErrors,
  "undo-before-step": undoBeforeStep,
  "yield-tasks": yieldTasks,
};

export const rules: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.entries(DEFINITIONS).map(([name, definition]) => [name, makeRule(name, definition)]),
);
