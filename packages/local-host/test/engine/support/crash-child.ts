import { SqliteStore } from "../../../src/stores/sqlite-store.ts";
import { startEngine } from "./test-engine.ts";

/**
 * A process to be killed. It serves the task hub in argv[2], starts instances that are named after its run (argv[4]),
 * and writes a line to stdout for everything that was acknowledged. With "finish" as argv[5] it starts nothing and ends
 * when all instances are final.
 */
const [, , file = "", effects = "", run = "", mode = ""] = process.argv;
const store = new SqliteStore(file);
const engine = await startEngine({ store });
const { hub } = engine;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say("ready");

async function startOne(n: number): Promise<void> {
  const id = await hub.start({
    name: "effects",
    instanceId: `run${run}-${n}`,
    input: JSON.stringify({ file: effects, steps: 4 }),
  });
  say(`started ${id}`);
  const waiting = await hub.start({ name: "waitForGo", instanceId: `run${run}-event-${n}`, input: null });
  say(`started ${waiting}`);
  await hub.raiseEvent(waiting, "Go", String(n));
  say(`raised ${waiting}`);
  await hub.signalEntity({ name: "Counter", key: "all" }, "add", "1");
  say(`signalled ${n}`);
}

if (mode === "finish") {
  // Instances whose event was never acknowledged may wait forever.
  const { items } = await hub.list({});
  for (const { instanceId } of items) {
    if (instanceId.includes("-event-")) await hub.raiseEvent(instanceId, "Go", "0").catch(() => undefined);
  }
  for (const { instanceId } of items) {
    if (!instanceId.startsWith("@")) await engine.waitForCompletion(instanceId);
  }
  await engine.idle();
  await engine.stop();
  store.close();
} else {
  for (let n = 0; n < 6; n++) await startOne(n);
}
