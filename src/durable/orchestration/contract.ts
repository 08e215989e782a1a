/**
 * Contracts as values: a name with the types of its messages. Orchestrators, activities, HTTP endpoints and tests
 * import the contract, so no name or type is written twice.
 */

/** Turns an unknown value into a `T` or throws; a zod schema is one. */
export interface Shape<T> {
  parse(value: unknown): T;
}

/** `T` if JSON keeps it unchanged, else a type with `never` where it does not. `void` means no value. */
export type Json<T> = T extends string | number | boolean | null | undefined | void
  ? T
  : T extends Date | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Uint8Array | bigint | symbol
    ? never
    : T extends (...args: never[]) => unknown
      ? never
      : T extends object
        ? { [K in keyof T]: Json<T[K]> }
        : never;

/**
 * A shape that is only checked at compile time, for values that our own code wrote. Everything durable is sent as JSON,
 * so a type that JSON would change (Date, Map, bigint, a function) is refused.
 */
export function type<T>(..._check: T extends Json<T> ? [] : ["this type does not survive JSON"]): Shape<T> {
  // The only cast from the SDK's untyped values to declared types.
  return { parse: (value) => value as T };
}

/** One step of work with side effects. Runs at least once: give each effect an idempotency key. */
export interface ActivityContract<Input extends object, Output> {
  readonly kind: "activity";
  readonly name: string;
  readonly input: Shape<Input>;
  readonly output: Shape<Output>;
}

/**
 * The input is always an object: the extension delivers a boolean as the string `"True"` and parses a string that looks
 * like JSON.
 */
export function defineActivity<Input extends object, Output>(
  name: string,
  shapes: { input: Shape<Input>; output: Shape<Output> },
): ActivityContract<Input, Output> {
  return { kind: "activity", name, ...shapes };
}

/** A durable process: its input, its result, and the custom status it reports while it runs. */
export interface OrchestrationContract<Input extends object, Output, Status> {
  readonly kind: "orchestration";
  readonly name: string;
  /**
   * First part of the ids of its instances. Sub-orchestrations have none, because their ids begin with the parent's id.
   */
  readonly idPrefix?: string;
  /** Applied to the input of every execution: any holder of the management key can start an instance with any input. */
  readonly input: Shape<Input>;
  readonly output: Shape<Output>;
  readonly status: Shape<Status>;
}

interface OrchestrationShapes<Input extends object, Output, Status> {
  readonly input: Shape<Input>;
  readonly output: Shape<Output>;
  readonly status: Shape<Status>;
}

/** An orchestration that callers start. */
export type RootContract<Input extends object, Output, Status> = OrchestrationContract<
  Input,
  Output,
  Status
> & { readonly idPrefix: string };

export function defineOrchestration<Input extends object, Output, Status>(
  name: string,
  shapes: OrchestrationShapes<Input, Output, Status> & { readonly idPrefix: string },
): RootContract<Input, Output, Status>;
export function defineOrchestration<Input extends object, Output, Status>(
  name: string,
  shapes: OrchestrationShapes<Input, Output, Status>,
): OrchestrationContract<Input, Output, Status>;
export function defineOrchestration<Input extends object, Output, Status>(
  name: string,
  shapes: OrchestrationShapes<Input, Output, Status> & { readonly idPrefix?: string },
): OrchestrationContract<Input, Output, Status> {
  return { kind: "orchestration", name, ...shapes };
}

/** An external event for a running orchestration. */
export interface EventContract<Payload extends object> {
  readonly kind: "event";
  readonly name: string;
  readonly payload: Shape<Payload>;
}

/**
 * Names contain only letters. A numeric name would complete the task with that id. The extension ignores the case of
 * event names, but the SDK does not.
 *
 * @throws {Error} if the name contains anything but letters
 */
export function defineEvent<Payload extends object>(
  name: string,
  shapes: { payload: Shape<Payload> },
): EventContract<Payload> {
  if (!/^[A-Za-z]+$/.test(name)) throw new Error(`Event name "${name}" must be letters only`);
  return { kind: "event", name, ...shapes };
}

/** One operation of an entity. Without `output` it has no result and is sent with `signalEntity`. */
export interface OperationContract<Input extends object, Output> {
  /** Applied to every message: any holder of the management key can signal an entity with any input. */
  readonly input: Shape<Input>;
  readonly output?: Shape<Output>;
}

export type Operations = Readonly<Record<string, OperationContract<object, unknown>>>;

/** A small state with a name and a key. Operations change it one at a time; each is delivered at least once. */
export interface EntityContract<State extends object, Ops extends Operations> {
  readonly kind: "entity";
  readonly name: string;
  readonly state: Shape<State>;
  readonly operations: Ops;
}

export type InputOf<Operation> = Operation extends { readonly input: Shape<infer Input> } ? Input : never;
export type OutputOf<Operation> = Operation extends { readonly output: Shape<infer Output> } ? Output : void;

/** State and inputs are objects, for the same reason as in `defineActivity`. */
export function defineEntity<State extends object, Ops extends Operations>(
  name: string,
  shapes: { state: Shape<State>; operations: Ops },
): EntityContract<State, Ops> {
  return { kind: "entity", name, ...shapes };
}

const ENTITY_KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** Keys that need no escape in a path or query, because the SDK writes them into URLs without escaping. */
export const isEntityKey = (key: string): boolean => ENTITY_KEY.test(key);
