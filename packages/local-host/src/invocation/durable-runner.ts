import type { AppFunction } from "../app/app-function.ts";
import type { TypedData } from "../app/typed-data.ts";
import { failureOf } from "./failure.ts";
import type { DurableKind, FunctionRunner, InvocationResult } from "./function-runner.ts";
import type { Invoker } from "./invoker.ts";
import type { OutputWriter } from "./output-writer.ts";
import { expressionData, triggerMetadata } from "./trigger-metadata.ts";
import { WorkerProcess } from "./worker-process.ts";

const TRIGGER_TYPES: Readonly<Record<DurableKind, string>> = {
  orchestrator: "orchestrationtrigger",
  activity: "activitytrigger",
  entity: "entitytrigger",
};

/** The metadata of an activity also contains its input: a property with the name of its binding, after the instance id. */
function withValue(
  kind: DurableKind,
  fn: AppFunction,
  trigger: TypedData | undefined,
  metadata: Readonly<Record<string, TypedData>>,
): Readonly<Record<string, TypedData>> {
  const { instanceId, ...rest } = metadata;
  if (kind !== "activity" || trigger === undefined || instanceId === undefined) return metadata;
  return { instanceId, [fn.trigger.name]: trigger, ...rest };
}

const INT64_LIMIT = 2 ** 63;

/** An integer is sent as 64 bits and limited to that range, which a JavaScript number cannot represent exactly. */
function asInt64(value: TypedData | null | undefined): TypedData | null | undefined {
  const int = value?.int;
  if (int === undefined || Math.abs(int) < INT64_LIMIT) return value;
  return { json: int > 0 ? "9223372036854775807" : "-9223372036854775808" };
}

/** Runs the durable functions of an app for the engine. */
export class DurableRunner implements FunctionRunner {
  readonly #worker = new WorkerProcess();
  readonly #invoker: Invoker;
  readonly #writeOutputs: OutputWriter | undefined;
  readonly #functions: Readonly<Record<DurableKind, ReadonlyMap<string, AppFunction>>>;
  readonly #names: Readonly<Record<DurableKind, readonly string[]>>;

  /** @param writeOutputs without it, output bindings are ignored */
  constructor(functions: readonly AppFunction[], invoker: Invoker, writeOutputs?: OutputWriter) {
    this.#invoker = invoker;
    this.#writeOutputs = writeOutputs;
    const ofKind = (kind: DurableKind): ReadonlyMap<string, AppFunction> =>
      new Map(
        functions
          .filter((fn) => fn.triggerType === TRIGGER_TYPES[kind])
          .map((fn) => [fn.name.toLowerCase(), fn]),
      );
    this.#functions = {
      orchestrator: ofKind("orchestrator"),
      activity: ofKind("activity"),
      entity: ofKind("entity"),
    };
    const names = (kind: DurableKind): readonly string[] =>
      [...this.#functions[kind].values()].map(({ name }) => name).sort();
    this.#names = {
      orchestrator: names("orchestrator"),
      activity: names("activity"),
      entity: names("entity"),
    };
  }

  find(kind: DurableKind, name: string): string | undefined {
    return this.#functions[kind].get(name.toLowerCase())?.name;
  }

  isDisabled(kind: DurableKind, name: string): boolean {
    return this.#functions[kind].get(name.toLowerCase())?.disabled === true;
  }

  names(kind: DurableKind): readonly string[] {
    return this.#names[kind];
  }

  killWorker(): void {
    this.#worker.kill();
  }

  run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
    traceParent?: string,
  ): Promise<InvocationResult> {
    return this.#worker.answerOf(this.#run(kind, name, trigger, metadata, traceParent));
  }

  async #run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata: Readonly<Record<string, TypedData>> = {},
    traceParent?: string,
  ): Promise<InvocationResult> {
    const fn = this.#functions[kind].get(name.toLowerCase());
    if (fn === undefined) return { ok: false, message: `There is no ${kind} function '${name}'.`, stack: "" };
    const all = () => withValue(kind, fn, trigger, metadata);
    const bindingData = (): Readonly<Record<string, unknown>> => expressionData(trigger, all());
    const outcome = await this.#invoker.invoke(fn, {
      trigger,
      traceParent,
      triggerMetadata: () => triggerMetadata(trigger, all()),
      bindingData,
    });
    if (!outcome.ok) return outcome;
    const { response } = outcome;
    const error = fn.outputs.length === 0 ? undefined : await this.#writeOutputs?.(fn, response, bindingData);
    if (error !== undefined) return failureOf(error);
    return { ok: true, returnValue: asInt64(response.returnValue) };
  }
}
