import { createLocalHost, loadApp, SqliteStore } from "durable-local-host";
import { createTestHost } from "durable-local-host/testing";

const { BENCH_APP } = process.env;

/** This project's local host, in process. Virtual time is in a second host, as tests have it. */
export async function openHost(store, log) {
  const host = await createLocalHost({ app: await loadApp(BENCH_APP), port: 0, store });
  await host.start();
  const { hub, engine } = host;
  const ended = async (id) => {
    const { output, runtimeStatus } = await engine.waitForCompletion(id);
    if (runtimeStatus !== "Completed") throw new Error(`It ended as ${runtimeStatus}: ${output}`);
    return JSON.parse(output ?? "null");
  };
  const run = async (name, input) => ended(await hub.start({ name, input: JSON.stringify(input) }));
  let virtual;
  return {
    chain: (x) => run("chain", x),
    fan: (width) => run("fan", width),
    wait: async () => {
      virtual ??= await createTestHost({
        app: BENCH_APP,
        store: store instanceof SqliteStore ? "file" : "memory",
      });
      const { output } = await (await virtual.start("deadline")).completion();
      if (output !== "expired") throw new Error(`It ended as ${output}`);
    },
    startSlow: (instanceId) => hub.start({ name: "slow", instanceId, input: JSON.stringify(log) }),
    endSlow: ended,
    close: () => host.stop(),
  };
}
