import { app, type EntityContext, type EntityHandler } from "durable-functions";
import { eventLog } from "./log.ts";
import type { EntityContract, InputOf, OperationContract, Operations, OutputOf } from "./contract.ts";

/** An entity contract with the code that carries it out. */
export interface Entity {
  readonly name: string;
  readonly handler: EntityHandler<object>;
}

/** The code of one operation: the next state, with a result if its contract has one. It must not change `state`. */
type OperationCode<State, Operation> = (
  state: State,
  input: InputOf<Operation>,
) => [OutputOf<Operation>] extends [void]
  ? State
  : { readonly state: State; readonly result: OutputOf<Operation> };

/** The code of an entity by its contract. */
export type EntityCode<Contract> =
  Contract extends EntityContract<infer State, infer Ops>
    ? {
        /** The state of a key that nothing has happened to. */
        readonly initial: State;
        readonly operations: { readonly [Name in keyof Ops]: OperationCode<State, Ops[Name]> };
      }
    : never;

const LONGEST_REASON = 500;

type AnyOperationCode = (state: object, input: object) => object;

/**
 * Binds an entity's code to its contract. Operations are functions from state to state, because the SDK keeps
 * what was set before an error: here the new state is set when all has gone well, and only then.
 *
 * An entity sends no signals here on purpose: the SDK would address `@Name@key` where everyone else reads
 * `@name@key`.
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
        // Nobody hears the error of a signal: the log is the only place where it shows.
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

/** The SDK sends a thrown value as JSON, in which an Error is `{}` and reaches the caller as `[object Object]`. */
class EntityError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = "EntityError";
  }

  toJSON(): string {
    return this.message;
  }
}

/** Registers entities with the Functions runtime; called from the composition root only. */
export function registerEntities(...entities: readonly Entity[]): void {
  for (const { name, handler } of entities) app.entity(name, handler);
}
