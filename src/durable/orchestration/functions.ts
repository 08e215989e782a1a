/** Orchestrators, activities and entities: each is a contract with its implementation. */
import type { InvocationContext } from "@azure/functions";
import {
  app,
  type EntityContext,
  type EntityHandler,
  type OrchestrationContext,
  type Task,
} from "durable-functions";
import type {
  ActivityContract,
  EntityContract,
  InputOf,
  OperationContract,
  Operations,
  OrchestrationContract,
  OutputOf,
} from "./contract.ts";
import { type ContinuedAsNew, DurableContext } from "./durable-context.ts";
import { failureMessage } from "./failure.ts";
import { eventLog, type Log } from "./log.ts";

/** The pattern of the functions, as it appears in their log lines. */
export interface LoggedPattern {
  readonly name: string;
  /**
   * An instance that runs longer than this without an event is stuck. The query for stuck instances uses this limit.
   */
  readonly stuckAfterHours?: number | undefined;
}

/** An orchestration contract with its implementation. */
export interface Orchestrator {
  readonly name: string;
  readonly handler: (
    context: OrchestrationContext,
    pattern?: LoggedPattern,
  ) => Generator<Task, unknown, unknown>;
}

/** The implementation of an orchestration contract. See `ActivityCode` for why it is a separate type. */
export type OrchestratorCode<Contract> =
  Contract extends OrchestrationContract<infer Input, infer Output, infer Status>
    ? (df: DurableContext<Input, Status>, input: Input) => Generator<Task, Output | ContinuedAsNew, unknown>
    : never;

/**
 * Binds an orchestration's code to its contract. The input is parsed at the start of each execution, so that an
 * instance with an invalid input fails with a clear message.
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
    *handler(context, pattern) {
      const df = new DurableContext<object, unknown>(context, pattern?.name);
      const end = logStart(df, contract.name, pattern?.stuckAfterHours);
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
 * Writes the lines that the queries in infra/queries read: one for the start of each execution, which shows that a
 * monitor that runs for weeks is alive, and one for the end of the instance.
 */
function logStart(df: DurableContext<object, unknown>, orchestration: string, stuckAfterHours?: number) {
  const begunAt = df.currentUtcDateTime.getTime();
  df.log.info("orchestrationStarted", { orchestration, stuckAfterHours });
  return (level: "info" | "error", event: string, reason?: string) =>
    df.log[level](event, {
      orchestration,
      seconds: (df.currentUtcDateTime.getTime() - begunAt) / 1000,
      reason,
    });
}

/** The context of an activity, besides its input. */
export interface ActivityContext {
  readonly log: Log;
}

/** An activity contract with its implementation. */
export interface Activity {
  readonly name: string;
  readonly handler: (input: unknown, context: InvocationContext, pattern?: LoggedPattern) => Promise<unknown>;
}

/**
 * The implementation of an activity contract. A separate type, so that TypeScript knows the result type first and
 * infers `{ kind: "declined" }` in the code as the contract's literal type.
 */
export type ActivityCode<Contract> =
  Contract extends ActivityContract<infer Input, infer Output>
    ? (input: Input, context: ActivityContext) => Promise<Output> | Output
    : never;

/**
 * Binds an activity's code to its contract. The code may run more than once for one call, even at the same time, so its
 * effects need an idempotency key from the input.
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
    async handler(input, context, pattern) {
      const log = eventLog(context, { instanceId: instanceOf(context), pattern: pattern?.name });
      return code(contract.input.parse(input), { log });
    },
  };
}

/** Only reliable enough for a log line, because a property `instanceId` of the input would override it. */
function instanceOf({ triggerMetadata }: InvocationContext): string {
  const id = triggerMetadata?.["instanceId"];
  return typeof id === "string" ? id : "unknown";
}

/** An entity contract with its implementation. */
export interface Entity {
  readonly name: string;
  readonly handler: EntityHandler<object>;
}

/**
 * The code of one operation. It returns the next state, and a result if its contract has one. It must not change
 * `state`.
 */
type OperationCode<State, Operation> = (
  state: State,
  input: InputOf<Operation>,
) => [OutputOf<Operation>] extends [void]
  ? State
  : { readonly state: State; readonly result: OutputOf<Operation> };

/** The implementation of an entity contract. */
export type EntityCode<Contract> =
  Contract extends EntityContract<infer State, infer Ops>
    ? {
        /** The state of a key before its first operation. */
        readonly initial: State;
        readonly operations: { readonly [Name in keyof Ops]: OperationCode<State, Ops[Name]> };
      }
    : never;

const LONGEST_REASON = 500;

type AnyOperationCode = (state: object, input: object) => object;

/**
 * Binds an entity's code to its contract. Operations are functions from state to state, because the SDK keeps a state
 * that was set before an error: here the new state is set only after success.
 *
 * An entity sends no signals here on purpose: the SDK would address `@Name@key`, but everything else uses `@name@key`.
 */
export function entity<Contract extends EntityContract<object, Operations>>(
  contract: Contract,
  code: EntityCode<Contract>,
): Entity;
export function entity(
  contract: EntityContract<object, Operations>,
  code: { initial: object; operations: Readonly<Record<string, AnyOperationCode>> },
): Entity {
  return {
    name: contract.name,
    handler(context) {
      try {
        operate(context, contract, code);
      } catch (error) {
        // The sender of a signal gets no error, so it is logged.
        const failure = new EntityError(error);
        const { entityKey: key, operationName: operation } = context.df;
        eventLog(context, { entity: contract.name, key }).error("operationFailed", {
          operation,
          reason: failure.message.slice(0, LONGEST_REASON),
        });
        throw failure;
      }
    },
  };
}

function operate(
  { df }: EntityContext<object>,
  contract: EntityContract<object, Operations>,
  code: { initial: object; operations: Readonly<Record<string, AnyOperationCode>> },
): void {
  const name = df.operationName ?? "";
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  const execute = code.operations[name];
  if (!operation || !execute) throw new Error(`There is no operation "${name}"`);
  const state = contract.state.parse(df.getState() ?? structuredClone(code.initial));
  apply(df, operation, execute(state, operation.input.parse(df.getInput())));
}

function apply(
  df: EntityContext<object>["df"],
  { output }: OperationContract<object, unknown>,
  outcome: object,
): void {
  if (!output) return df.setState(outcome);
  const { state, result } = outcome as { state: object; result: unknown };
  df.setState(state);
  df.return(result);
}

/** The SDK sends a thrown value as JSON, in which an Error is `{}`, so that the caller would get `[object Object]`. */
class EntityError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = "EntityError";
  }

  toJSON(): string {
    return this.message;
  }
}

export interface DurableFunctions {
  readonly orchestrators?: readonly Orchestrator[] | undefined;
  readonly activities?: readonly Activity[] | undefined;
  readonly entities?: readonly Entity[] | undefined;
}

/** Registers durable functions with the Functions runtime; called from the composition root only. */
export function registerFunctions(
  { orchestrators = [], activities = [], entities = [] }: DurableFunctions,
  pattern?: LoggedPattern,
): void {
  for (const { name, handler } of orchestrators) {
    app.orchestration(name, (context) => handler(context, pattern));
  }
  for (const { name, handler } of activities) {
    app.activity(name, { handler: (input, context) => handler(input, context, pattern) });
  }
  for (const { name, handler } of entities) app.entity(name, handler);
}
