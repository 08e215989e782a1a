import type { FunctionRunner } from "../../invocation/function-runner.ts";
import type { KnownFunctions } from "../replay/known-functions.ts";
import { readAnswer } from "../replay/orchestrator-answer.ts";
import type { OrchestratorAnswer } from "../replay/orchestrator-answer.ts";

/** Schema version V4, as the extension announces it. */
const VERSIONS = `"upperSchemaVersion":1,"upperSchemaVersionNew":3`;

/** One call of an orchestrator function. */
export interface OrchestratorCall {
  readonly name: string;
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  readonly sourceInstanceId: string | null;
  /** JSON texts of the events of the whole history, joined with commas. */
  readonly events: string;
  /** JSON text. */
  readonly input: string | null;
  readonly isReplaying: boolean;
  readonly traceParent: string | undefined;
}

export async function callOrchestrator(
  runner: FunctionRunner,
  functions: KnownFunctions,
  call: OrchestratorCall,
): Promise<OrchestratorAnswer> {
  const registered = runner.find("orchestrator", call.name);
  if (registered === undefined) {
    return { kind: "failure", message: functions.missing("orchestrator", call.name) };
  }
  const trigger = { string: payload(call, functions) };
  return readAnswer(await runner.run("orchestrator", registered, trigger, undefined, call.traceParent));
}

/** JSON text of the trigger. */
function payload(call: OrchestratorCall, functions: KnownFunctions): string {
  return (
    `{"history":[${call.events}],"input":${call.input ?? "null"},` +
    `"instanceId":${JSON.stringify(call.instanceId)},"isReplaying":${call.isReplaying},` +
    `"parentInstanceId":${JSON.stringify(call.parentInstanceId)},` +
    `"sourceInstanceId":${JSON.stringify(call.sourceInstanceId)},${VERSIONS},${limitsText(functions)}}`
  );
}

let lastFunctions: KnownFunctions | undefined;
let lastLimits = "";

/** The same text for all calls of a host. */
function limitsText(functions: KnownFunctions): string {
  if (functions !== lastFunctions) {
    const { httpSleepMs, timers } = functions;
    lastLimits =
      `"longRunningTimerIntervalDuration":"${timeSpan(timers.longRunningTimerIntervalLength)}",` +
      `"maximumShortTimerDuration":"${timeSpan(timers.maximumDelayTime)}",` +
      `"defaultHttpAsyncRequestSleepTimeMillseconds":${httpSleepMs}`;
    lastFunctions = functions;
  }
  return lastLimits;
}

/** A time span of whole seconds as .NET writes it: `3.00:00:00`, `00:01:00`. */
function timeSpan(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  const days = Math.trunc(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days > 0 ? `${days}.${time}` : time;
}
