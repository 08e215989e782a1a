import type { InvocationContext } from "@azure/functions";
import { app } from "durable-functions";
import type { ActivityContract } from "./contract.ts";
import { instanceLog, type Log } from "./log.ts";

/** What an activity knows beside its input. */
export interface ActivityContext {
  readonly log: Log;
}

/** An activity contract with the code that carries it out. */
export interface Activity {
  readonly name: string;
  readonly handler: (input: unknown, context: InvocationContext) => Promise<unknown>;
}

/**
 * The code of an activity by its contract. A type of its own, so that TypeScript knows the result before it reads
 * the code and takes `{ kind: "declined" }` in it for what the contract says.
 */
export type ActivityCode<Contract> =
  Contract extends ActivityContract<infer Input, infer Output>
    ? (input: Input, context: ActivityContext) => Promise<Output> | Output
    : never;

/**
 * Binds an activity's code to its contract. The code may run more than once for one call, also at the same time:
 * its effects carry an idempotency key out of the input.
 */
export function activity<Contract extends ActivityContract<object, unknown>>(
  contract: Contract,
  code: ActivityCode<Contract>,
): Activity;
export function activity(
  contract: ActivityContract<object, unknown>,
  code: (input: object, context: ActivityContext) => unknown,
): Activity {
  return {
    name: contract.name,
    async handler(input, context) {
      return code(contract.input.parse(input), { log: instanceLog(context, instanceOf(context)) });
    },
  };
}

/** Good enough for a log line and for nothing else: an input with a property `instanceId` would shadow it. */
function instanceOf({ triggerMetadata }: InvocationContext): string {
  const id = triggerMetadata?.["instanceId"];
  return typeof id === "string" ? id : "unknown";
}

/** Registers activities with the Functions runtime; called from the composition root only. */
export function registerActivities(...activities: readonly Activity[]): void {
  for (const { name, handler } of activities) app.activity(name, { handler });
}
