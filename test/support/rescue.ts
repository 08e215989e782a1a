import type { TestHost, InstanceView } from "durable-local-host/testing";
import { eventLog } from "../../src/durable/orchestration/log.ts";
import { ManagementEndpoint } from "../../src/durable/task-hub/management-endpoint.ts";
import { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { RESTART_INPUTS } from "../../src/patterns/patterns.ts";
import { rescueFailed, type RescueParts, type RescueReport } from "../../src/operations/rescue.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { QueueMailOutbox } from "../../src/services/sandbox/queue-mail-outbox.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { Shop } from "./shop.ts";
import { mayBeHostFailure } from "../../src/durable/task-hub/host-failure.ts";

/** The failure of an orchestrator whose worker died. */
export const LOST =
  "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with " +
  "sequence ID 0 and name 'priceOrder' (version ''), but the current replay execution hasn't (yet?) scheduled this " +
  "task. Was a change made to the orchestrator code after this instance had already started running?";

/** Longer than all attempts. */
const MAX_MINUTES = 40;

/** Waits until the instance ends, and runs the rescue a minute after each failure that the host caused. */
export async function rescued(
  shop: Shop,
  id: string,
  until: (instance: InstanceView) => boolean = ({ runtimeStatus }) => runtimeStatus === "Completed",
): Promise<InstanceView> {
  const { host } = shop;
  const instance = host.instance(id);
  for (let minutes = 0; minutes < MAX_MINUTES; minutes++) {
    const now = await instance.waitUntil((view) => until(view) || isFinal(view));
    if (until(now)) return now;
    if (!mayBeHostFailure(now.output)) {
      throw new Error(`${id} ends as ${now.runtimeStatus}: ${String(now.output)}`);
    }
    await host.advance({ minutes: 1 });
    await rescueOnce(shop);
  }
  throw new Error(`${id} was not rescued`);
}

/** The work of the app's timer in virtual time. The timer itself would run every minute of virtual months. */
export function rescueOnce(
  { host, storage }: Shop,
  change: Partial<RescueParts> = {},
): Promise<RescueReport> {
  return rescueIn(hubOf(host), storage, new Date(host.clock.now()), change);
}

export function rescueIn(
  hub: TaskHub,
  storage: Storage,
  now: Date,
  change: Partial<RescueParts> = {},
): Promise<RescueReport> {
  const parts: RescueParts = {
    rescues: new TableRescues(storage),
    mail: new QueueMailOutbox(storage),
    mailTo: "operations@example.com",
    nextInputs: RESTART_INPUTS,
    version: "2.0",
    ...change,
  };
  return rescueFailed(hub, parts, now, eventLog(console));
}

export const hubOf = ({ url }: TestHost) =>
  new TaskHub(new ManagementEndpoint({ rpcBaseUrl: `${url}/durabletask/` }));

export const isFinal = ({ runtimeStatus }: InstanceView) =>
  runtimeStatus === "Completed" || runtimeStatus === "Failed" || runtimeStatus === "Terminated";

/**
 * Runs a scenario repeatedly and kills the worker after its first call, its second call, and so on, until there is no
 * such call. Returns the number of kills.
 */
export async function killAtEachCall(
  host: TestHost,
  scenario: (calls: number) => Promise<void>,
): Promise<number> {
  for (let calls = 0; ; calls++) {
    host.killWorkerAfter(calls);
    await scenario(calls);
    if (!host.isWorkerDoomed) continue;
    host.killWorkerAfter(Infinity);
    return calls;
  }
}
