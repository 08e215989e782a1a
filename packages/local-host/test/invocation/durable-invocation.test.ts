import { inspect } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { loadApp } from "../../src/app/load-app.ts";
import type { AppFunction } from "../../src/app/app-function.ts";
import type { TypedData } from "../../src/app/typed-data.ts";
import type { CoreInvocationContext, InvocationModel, ProgrammingModel } from "../../src/app/worker-types.ts";
import { DurableInvocation, isKnown, isPlainDurable } from "../../src/invocation/durable-invocation.ts";
import { lightContextClass } from "../../src/invocation/light-context.ts";
import type { LightContextClass } from "../../src/invocation/light-context.ts";
import { appFolder } from "../support/app-fixture.ts";

const TRACE = { traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", traceState: "" };

interface Case {
  readonly fn: AppFunction;
  readonly data: TypedData | undefined;
  readonly isTraced: boolean;
  readonly callback: (input: unknown, context: { log: (...args: readonly unknown[]) => void }) => unknown;
}

const METHODS = ["log", "trace", "debug", "info", "warn", "error"] as const;

interface NamedValues {
  get(binding: string | { readonly name: string }): unknown;
  set(binding: string | { readonly name: string }, value: unknown): void;
}

type UsedContext = Readonly<Record<(typeof METHODS)[number], (...args: readonly unknown[]) => void>> & {
  readonly extraInputs: NamedValues;
  readonly extraOutputs: NamedValues;
};

/** Everything about an invocation that the function, the hooks, the log or the host can see. */
async function seen(
  { fn, data, isTraced, callback }: Case,
  modelOf: (core: CoreInvocationContext) => InvocationModel | Promise<InvocationModel>,
): Promise<unknown> {
  const logged: unknown[] = [];
  const core: CoreInvocationContext = {
    invocationId: "i1",
    request: {
      invocationId: "i1",
      functionId: fn.id,
      inputData: [{ name: fn.trigger.name, data }],
      triggerMetadata: undefined,
      traceContext: isTraced ? { ...TRACE, attributes: {} } : undefined,
      retryContext: undefined,
    },
    metadata: fn.metadata,
    state: "invocation",
    log: (...entry) => logged.push(entry),
  };
  const model = await modelOf(core);
  const { context, inputs } = await model.getArguments();
  const shown = inspect(context, { depth: 9, showHidden: true });
  const outcome = await outcomeOf(() => model.invokeFunction(context, inputs, callback as never));
  const used = context as UsedContext;
  used.log("late %s", { a: 1 });
  core.state = "postInvocationHooks";
  for (const method of METHODS) used[method]("%s in a hook", method);
  const kept = [used.extraInputs, used.extraOutputs].map((values) => {
    values.set("a", 1);
    values.set({ name: "b" }, 2);
    return [values.get({ name: "a" }), values.get("b"), values.get("c")];
  });
  const response = await outcomeOf(async () => {
    const { returnValue, outputData } = await model.getResponse(context, outcome.value);
    return { returnValue, outputData };
  });
  const type = context.constructor as new () => object;
  return { shown, type, isOfType: context instanceof type, inputs, outcome, response, logged, kept };
}

async function outcomeOf(
  call: () => unknown,
): Promise<{ readonly value?: unknown; readonly thrown?: unknown }> {
  try {
    return { value: await call() };
  } catch (error) {
    return { thrown: error instanceof Error ? `${error.name}: ${error.message}` : error };
  }
}

async function loaded(): Promise<{
  readonly model: ProgrammingModel;
  readonly functions: readonly AppFunction[];
  readonly contextClass: LightContextClass;
}> {
  const { model, functions } = await loadApp(
    appFolder({
      "app.mjs": `import { input, output } from "@azure/functions"; import * as df from "durable-functions";
df.app.activity("act", { handler: () => 1 }); df.app.orchestration("flow", function* () {}); df.app.entity("thing", () => {});
const queue = output.storageQueue({ queueName: "q", connection: "C" });
df.app.activity("sends", { return: queue, handler: () => 1 }); df.app.activity("sendsToo", { extraOutputs: [queue], handler: () => 1 });
df.app.activity("reads", { extraInputs: [input.storageBlob({ path: "a/b", connection: "C" })], handler: () => 1 });`,
    }),
  );
  const act = functions.find(({ name }) => name === "act");
  if (model === undefined || act === undefined) throw new Error("nothing is registered");
  const core = {
    invocationId: "i",
    metadata: act.metadata,
    request: {},
    state: undefined,
    log: () => undefined,
  };
  const first = await (await model.getInvocationModel(core as never)).getArguments();
  return { model, functions, contextClass: lightContextClass(first.context) };
}

const results = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withMap: true,
    withNullPrototype: true,
  }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.uint8Array().map(({ buffer }) => buffer),
);
const data = fc.option(fc.oneof(fc.constant({}), fc.record({ string: fc.oneof(fc.string(), fc.json()) })), {
  nil: undefined,
});

test("an invocation of a durable function is the library's in everything that can be seen", async () => {
  const { model, functions, contextClass } = await loaded();
  const plain = functions.filter(isPlainDurable);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        fn: fc.constantFrom(...plain),
        data,
        isTraced: fc.boolean(),
        callback: fc
          .tuple(results, fc.boolean())
          .map(
            ([result, throws]) =>
              (input: unknown, context: { log: (...args: readonly unknown[]) => void }) => {
                context.log("text %j", input);
                if (throws) throw result;
                return result;
              },
          ),
      }),
      async (call) => {
        const ours = await seen(call, (core) => new DurableInvocation(core, call.fn, contextClass));
        expect(ours).toEqual(await seen(call, (core) => model.getInvocationModel(core)));
      },
    ),
    { numRuns: 500 },
  );
});

// If this fails after an update: the test above compares the new version, so add it to the known ones.
test("the installed version of the library is known; other libraries and versions are left alone", async () => {
  const { model } = await loaded();
  expect(isKnown(model)).toBe(true);
  for (const other of [
    { version: "4.15.9" },
    { version: "4.160.0" },
    { version: "5.16.0" },
    { name: "mine" },
  ]) {
    expect(
      isKnown({
        name: model.name,
        version: model.version,
        getInvocationModel: () => {
          throw new Error();
        },
        ...other,
      }),
    ).toBe(false);
  }
});

test("functions with other bindings are left to the library", async () => {
  const { functions } = await loaded();
  expect(functions.filter(isPlainDurable).map(({ name }) => name)).toEqual(["act", "flow", "thing"]);
});
