import type { FunctionRunner } from "../../invocation/function-runner.ts";
import type { KnownFunctions } from "../replay/known-functions.ts";
import { readAnswer } from "../replay/orchestrator-answer.ts";
import type { OrchestratorAnswer } from "../replay/orchestrator-answer.ts";
import { OrchestratorTrigger } from "./orchestrator-trigger.ts";
import type { OrchestratorCall } from "./orchestrator-trigger.ts";

export async function callOrchestrator(
  runner: FunctionRunner,
  functions: KnownFunctions,
  call: OrchestratorCall,
): Promise<OrchestratorAnswer> {
  const registered = runner.find("orchestrator", call.name);
  if (registered === undefined) {
    return { kind: "failure", message: functions.missing("orchestrator", call.name) };
  }
  const trigger = new OrchestratorTrigger(call, functions);
  const result = await runner.run("orchestrator", registered, trigger, undefined, call.traceParent);
  // The code of a dead worker may begin later here.
  if (result.ok || !result.isWorkerGone) trigger.release();
  return readAnswer(result);
}
