import { app, type OrchestrationHandler, type Task } from "durable-functions";
import type { OrchestrationContract } from "./contract.ts";
import { type ContinuedAsNew, DurableContext } from "./durable-context.ts";

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
      const input = contract.input.parse(context.df.getInput());
      return yield* code(new DurableContext(context), input);
    },
  };
}

/** Registers orchestrators with the Functions runtime; called from the composition root only. */
export function registerOrchestrators(...orchestrators: readonly Orchestrator[]): void {
  for (const { name, handler } of orchestrators) app.orchestration(name, handler);
}
