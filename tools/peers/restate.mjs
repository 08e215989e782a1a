import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";

/** Its server is a process of its own, with its data in the folder. It has no time that can be skipped. */
export async function open({ folder, slowStep }) {
  const work = restate.workflow({ name: "slow", handlers: { run: slow } });
  const service = restate.service({ name: "bench", handlers: { chain, fan } });
  async function chain(context, input) {
    let x = input;
    for (let step = 0; step < 5; step++) x = await context.run(`step-${step}`, () => x + 1);
    return x;
  }
  async function fan(context, width) {
    const steps = Array.from({ length: width }, (_, index) => context.run(`step-${index}`, () => index));
    return (await restate.RestatePromise.all(steps)).reduce((sum, one) => sum + one, 0);
  }
  async function slow(context) {
    for (let step = 0; step < 5; step++) await context.run(`step-${step}`, () => slowStep(step));
    return "done";
  }

  // A restarted service listens where it did: an unfinished workflow belongs to the address that began it.
  const kept = join(folder, "ports.json");
  const ports = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : await freePorts(4);
  writeFileSync(kept, JSON.stringify(ports));
  const [port, ingress, admin, node] = ports;
  const silent = () => {};
  await restate.endpoint().bind(service).bind(work).setLogger(silent).listen(port);
  const server = spawn(
    process.execPath,
    [join(import.meta.dirname, "node_modules/@restatedev/restate-server/lib/index.js")],
    {
      stdio: "ignore",
      detached: true,
      env: {
        ...process.env,
        RESTATE_BASE_DIR: join(folder, "restate"),
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      },
    },
  );
  const stop = () => process.kill(-server.pid, "SIGKILL");
  process.once("exit", stop);
  await until(async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok);
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ uri: `http://127.0.0.1:${port}`, force: true }),
    });
    return answer.ok;
  });
  const client = clients.connect({ url: `http://127.0.0.1:${ingress}` });
  const calls = client.serviceClient(service);
  return {
    chain: (x) => calls.chain(x),
    fan: (width) => calls.fan(width),
    startSlow: (id) => client.workflowClient(work, id).workflowSubmit(),
    endSlow: (id) => client.workflowClient(work, id).workflowAttach(),
    serverPid: server.pid,
  };
}

async function until(isThere) {
  for (const end = Date.now() + 30_000; Date.now() < end; await delay(10)) {
    if (await isThere().catch(() => false)) return;
  }
  throw new Error("The server does not start");
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
