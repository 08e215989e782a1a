import { DBOS } from "@dbos-inc/dbos-sdk";

/** Keeps its state in the Postgres of PEERS_POSTGRES. It has no time that can be skipped. */
export async function open({ slowStep }) {
  const step = (run) => DBOS.runStep(run, { name: "step" });
  const chain = DBOS.registerWorkflow(
    async (input) => {
      let x = input;
      for (let index = 0; index < 5; index++) x = await step(() => Promise.resolve(x + 1));
      return x;
    },
    { name: "chain" },
  );
  const fan = DBOS.registerWorkflow(
    async (width) => {
      const steps = Array.from({ length: width }, (_, index) => step(() => Promise.resolve(index)));
      return (await Promise.all(steps)).reduce((sum, one) => sum + one, 0);
    },
    { name: "fan" },
  );
  const slow = DBOS.registerWorkflow(
    async () => {
      for (let index = 0; index < 5; index++) await step(() => slowStep(index));
      return "done";
    },
    { name: "slow" },
  );
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: process.env.PEERS_POSTGRES,
    logLevel: "error",
    runAdminServer: false,
  });
  await DBOS.launch();
  return {
    chain: async (x) => (await DBOS.startWorkflow(chain)(x)).getResult(),
    fan: async (width) => (await DBOS.startWorkflow(fan)(width)).getResult(),
    startSlow: (id) => DBOS.startWorkflow(slow, { workflowID: id })(),
    endSlow: (id) => DBOS.retrieveWorkflow(id).getResult(),
    close: () => DBOS.shutdown(),
  };
}
