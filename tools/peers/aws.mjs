import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";

/** The local runner, which skips time. It keeps nothing after a kill. */
export async function open() {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  const chain = withDurableExecution(async (input, context) => {
    let x = input.x;
    for (let step = 0; step < 5; step++) x = await context.step(`step-${step}`, () => Promise.resolve(x + 1));
    return x;
  });
  const fan = withDurableExecution(async ({ width }, context) => {
    const steps = Array.from({ length: width }, (_, i) =>
      context.step(`step-${i}`, () => Promise.resolve(i)),
    );
    return (await Promise.all(steps)).reduce((sum, one) => sum + one, 0);
  });
  const wait = withDurableExecution(async (_, context) =>
    context.promise.race([
      context.wait("deadline", { hours: 72 }),
      context.waitForCallback("decision", async () => {}),
    ]),
  );
  const run = async (handlerFunction, payload) => {
    const execution = await new LocalDurableTestRunner({ handlerFunction }).run({ payload });
    if (execution.getStatus() !== "SUCCEEDED") throw new Error(`The run ended as ${execution.getStatus()}`);
    return execution.getResult();
  };
  return {
    chain: (x) => run(chain, { x }),
    fan: (width) => run(fan, { width }),
    wait: () => run(wait, {}),
    close: () => LocalDurableTestRunner.teardownTestEnvironment(),
  };
}
