import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";

/**
 * The worker is driven by `tick`, and results are polled each millisecond: its own loop and its `result()` wait up to a
 * second each. It has no time that can be skipped.
 */
export async function open({ folder, slowStep }) {
  const backend = BackendSqlite.connect(join(folder, "openworkflow.db"));
  const client = new OpenWorkflow({ backend });
  const chain = client.defineWorkflow({ name: "chain" }, async ({ input, step }) => {
    let x = input;
    for (let index = 0; index < 5; index++)
      x = await step.run({ name: `step-${index}` }, () => Promise.resolve(x + 1));
    return x;
  });
  const fan = client.defineWorkflow({ name: "fan" }, async ({ input, step }) => {
    const steps = Array.from({ length: input }, (_, i) =>
      step.run({ name: `step-${i}` }, () => Promise.resolve(i)),
    );
    return (await Promise.all(steps)).reduce((sum, one) => sum + one, 0);
  });
  const slow = client.defineWorkflow({ name: "slow" }, async ({ step }) => {
    for (let index = 0; index < 5; index++) await step.run({ name: `step-${index}` }, () => slowStep(index));
    return "done";
  });
  const worker = client.newWorker({ concurrency: 20 });
  const closing = new AbortController();
  void (async () => {
    while (!closing.signal.aborted) if ((await worker.tick()) === 0) await delay(1);
  })();

  const ended = async (workflowRunId) => {
    for (;;) {
      const run = await backend.getWorkflowRun({ workflowRunId });
      if (run?.status === "completed" || run?.status === "succeeded") return run.output;
      if (run?.status === "failed") throw new Error(JSON.stringify(run.error));
      await delay(1);
    }
  };
  const run = async (workflow, input) => ended((await workflow.run(input)).workflowRun.id);
  const once = { idempotencyKey: "slow" };
  return {
    chain: (x) => run(chain, x),
    fan: (width) => run(fan, width),
    startSlow: () => slow.run(null, once),
    // The same key gives the run of the process that was killed.
    endSlow: async () => ended((await slow.run(null, once)).workflowRun.id),
    close: () => closing.abort(),
  };
}
