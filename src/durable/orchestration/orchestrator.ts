import { app, type OrchestrationHandler, type Task } from "durable-functions";
import type { OrchestrationContract } from "./contract.ts";
import { type ContinuedAsNew, DurableContext } from "./durable-context.ts";
import { failureMessage } from "./failure.ts";
import { stuckAfterHours } from "./log.ts";

/** An orchestration contract with the code that carries it out. */
export interface Orchestrator {
  readonly name: string;
  readonly handler: OrchestrationHandler;
}

/** The code of an orchestration by its contract: see `ActivityCode` for why it is a type of its own. */
export type OrchestratorCode<Contract> =
  Contract extends OrchestrationContract<infer Input, infer Output, infer Status>
    ? (df: DurableContext<Input, Status>, input: Input) => Generator<Task, Output | ContinuedAsNew, unknown>
    : never;

/**
 * Binds an orchestration's code to its contract. The input is parsed at the start of each execution, so that an
 * instance started with anything else fails with a message that says so.
 */
export function orchestrator<Contract extends OrchestrationContract<object, unknown, unknown>>(
  contract: Contract,
  code: OrchestratorCode<Contract>,
): Orchestrator;
export function orchestrator(
  contract: OrchestrationContract<object, unknown, unknown>,
  code: (df: DurableContext<object, unknown>, input: object) => Generator<Task, unknown, unknown>,
): Orchestrator {
  return {
    name: contract.name,
    *handler(context) {
      const df = new DurableContext<object, unknown>(context);
      const end = logStart(df, contract.name);
      try {
        const output = yield* code(df, contract.input.parse(context.df.getInput()));
        if (!df.isContinued) end("info", "orchestrationCompleted");
        return output;
      } catch (error) {
        end("error", "orchestrationFailed", failureMessage(error));
        throw error;
      }
    },
  };
}

/**
 * The lines that the queries in infra/queries read: one for the start of each execution, so that a monitor that runs for
 * weeks shows that it is alive, and one for the end of the instance.
 */
function logStart(df: DurableContext<object, unknown>, orchestration: string) {
  const begunAt = df.currentUtcDateTime.getTime();
  df.log.info("orchestrationStarted", {
    orchestration,
    stuckAfterHours: stuckAfterHours(df.instanceId),
  });
  return (level: "info" | "error", event: string, reason?: string) =>
    df.log[level](event, {
      orchestration,
      seconds: (df.currentUtcDateTime.getTime() - begunAt) / 1000,
      reason,
    });
}

/** Registers orchestrators with the Functions runtime; called from the composition root only. */
export function registerOrchestrators(...orchestrators: readonly Orchestrator[]): void {
  for (const { name, handler } of orchestrators) app.orchestration(name, handler);
}
