/**
 * Contracts as values: a name with the types that cross the wire under it. Orchestrators, activities, HTTP
 * endpoints and tests import the contract; nobody repeats a name as a string or a type by hand.
 */

/** Turns an unknown value into a `T` or throws; a zod schema is one. */
export interface Shape<T> {
  parse(value: unknown): T;
}

/** What survives JSON unchanged: `T` itself, or a type with `never` where it would not. `void` is no value at all. */
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
 * A shape that checks at compile time only: for values that our own code wrote. Everything durable travels as
 * JSON, so a type that JSON would change (Date, Map, bigint, a function) is refused.
 */
export function type<T>(..._check: T extends Json<T> ? [] : ["this type does not survive JSON"]): Shape<T> {
  // The one cast that turns the SDK's untyped values into declared types.
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
 * Input is an object, never a bare value: the extension delivers a boolean as the text `"True"` and parses a
 * string that looks like JSON.
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
  /** First part of the ids of its instances. Sub-orchestrations have none: their ids begin with the parent's. */
  readonly idPrefix?: string;
  /** Applied to the input of every execution: whoever holds the management key can start one with anything. */
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

/** A fact told to a running orchestration from outside. */
export interface EventContract<Payload extends object> {
  readonly kind: "event";
  readonly name: string;
  readonly payload: Shape<Payload>;
}

/**
 * Names are letters only: the extension matches event names without case and the SDK with it, and a numeric
 * name would complete the task of that id.
 *
 * @throws {Error} if the name has anything but letters
 */
export function defineEvent<Payload extends object>(
  name: string,
  shapes: { payload: Shape<Payload> },
): EventContract<Payload> {
  if (!/^[A-Za-z]+$/.test(name)) throw new Error(`Event name "${name}" must be letters only`);
  return { kind: "event", name, ...shapes };
}

/** One operation of an entity. Without `output` it answers nothing, and `signalEntity` is the way to send it. */
export interface OperationContract<Input extends object, Output> {
  /** Applied to every message: whoever holds the management key can signal an entity with anything. */
  readonly input: Shape<Input>;
  readonly output?: Shape<Output>;
}

export type Operations = Readonly<Record<string, OperationContract<object, unknown>>>;

/** A small state with a name and a key, changed by operations that come one at a time and at least once. */
export interface EntityContract<State extends object, Ops extends Operations> {
  readonly kind: "entity";
  readonly name: string;
  readonly state: Shape<State>;
  readonly operations: Ops;
}

export type InputOf<Operation> = Operation extends { readonly input: Shape<infer Input> } ? Input : never;
export type OutputOf<Operation> = Operation extends { readonly output: Shape<infer Output> } ? Output : void;

/** State and inputs are objects, for the reason that activities have. */
export function defineEntity<State extends object, Ops extends Operations>(
  name: string,
  shapes: { state: Shape<State>; operations: Ops },
): EntityContract<State, Ops> {
  return { kind: "entity", name, ...shapes };
}

const ENTITY_KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** Keys that are the same in a path, in a query and in the task hub: the SDK puts them into URLs as they are. */
export const isEntityKey = (key: string): boolean => ENTITY_KEY.test(key);
