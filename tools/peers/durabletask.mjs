import {
  InMemoryOrchestrationBackend,
  TestOrchestrationClient,
  TestOrchestrationWorker,
  whenAll,
} from "@microsoft/durabletask-js";

/** In memory only: nothing is left after a kill. It has no time that can be skipped. */
export async function open() {
  const backend = new InMemoryOrchestrationBackend();
  const client = new TestOrchestrationClient(backend);
  const worker = new TestOrchestrationWorker(backend);
  worker.addNamedActivity("increment", (_, x) => x + 1);
  worker.addNamedActivity("identity", (_, x) => x);
  worker.addNamedOrchestrator("chain", async function* (context, input) {
    let x = input;
    for (let step = 0; step < 5; step++) x = yield context.callActivity("increment", x);
    return x;
  });
  worker.addNamedOrchestrator("fan", async function* (context, width) {
    const calls = Array.from({ length: width }, (_, index) => context.callActivity("identity", index));
    const results = yield whenAll(calls);
    return results.reduce((sum, one) => sum + one, 0);
  });
  await worker.start();
  const run = async (name, input) => {
    const id = await client.scheduleNewOrchestration(name, input);
    const state = await client.waitForOrchestrationCompletion(id, true, 600);
    return JSON.parse(state.serializedOutput);
  };
  return {
    chain: (x) => run("chain", x),
    fan: (width) => run("fan", width),
    close: () => worker.stop(),
  };
}
