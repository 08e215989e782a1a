import { EventType } from "../../src/engine/history/events.ts";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { isFinal } from "../../src/stores/instance.ts";
import type { Instance } from "../../src/stores/instance.ts";
import { lostTasks } from "./tasks-of-history.ts";
import type { Program } from "./program.ts";
import type { RandomRun } from "./random-run.ts";

/** How often a program is rewound that has failed because its worker died. */
const REWINDS = 3;

/**
 * Continues a run until all instances have ended and nothing is due. What waits for something is given it; what then
 * still waits has lost it.
 *
 * @throws {Error} if an instance waits that may not have lost anything, or is suspended that was resumed
 */
export async function toTheEnd(run: RandomRun, program: Program): Promise<void> {
  const { host, facts } = run;
  const enoughEvents = waitsIn(program) + 1;
  let raised = 0;
  let rewinds = 0;
  for (;;) {
    const instances = await run.instances();
    const open = instances.filter(({ runtimeStatus }) => !isFinal(runtimeStatus));
    const suspended = open.filter(({ runtimeStatus }) => runtimeStatus === "Suspended");
    const root = instances.find(({ parentInstanceId }) => parentInstanceId === null);
    if (suspended.length > 0) {
      for (const { instanceId } of suspended) mustBeSuspended(instanceId, await run.hub.history(instanceId));
      await host.call(
        ...suspended.map(
          ({ instanceId }) =>
            () =>
              run.hub.resume(instanceId, "end"),
        ),
      );
    } else if (host.work.held.length > 0) await run.finishAll();
    else if (host.clock.nextDue !== undefined) await run.nextTimer();
    else if (open.length > 0 && raised < enoughEvents) {
      await run.raiseAll(open);
      raised++;
      continue;
    } else if (open.length > 0) await host.call(...(await remedies(run, open)));
    else if (root?.runtimeStatus === "Failed" && facts.deaths > 0 && rewinds < REWINDS) {
      await host.call(() => run.rewind(root.instanceId));
      rewinds++;
    } else return;
    raised = 0;
  }
}

/** After a resumption, or in an execution that began after it, only another command can suspend an instance. */
function mustBeSuspended(instanceId: string, history: readonly HistoryEvent[]): void {
  const command = history.findLast(
    ({ EventType: type }) => type === EventType.ExecutionSuspended || type === EventType.ExecutionResumed,
  );
  if (command?.EventType === EventType.ExecutionSuspended) return;
  throw new Error(`${instanceId} is Suspended, but nothing has suspended it since it was resumed.`);
}

/** How often an instance can wait for an event at most without anything else in between. */
function waitsIn(program: Program): number {
  const waits = JSON.stringify(program).match(/"do":"wait/gu)?.length ?? 0;
  return waits * (program.again + 1);
}

/** What helps instances that wait for what a rewind does not bring back: to rewind the failed child, or to give up. */
async function remedies(run: RandomRun, open: readonly Instance[]): Promise<(() => Promise<void>)[]> {
  const remedies: (() => Promise<void>)[] = [];
  for (const { instanceId } of open) {
    const lost = lostTasks(await run.hub.history(instanceId));
    const children = lost.flatMap((event) =>
      event.EventType === EventType.SubOrchestrationInstanceCreated ? [event.InstanceId] : [],
    );
    const statuses = await Promise.all(
      children.map(async (child) => (await run.hub.get(child))?.runtimeStatus),
    );
    const failed = children.filter((_, i) => statuses[i] === "Failed");
    if (failed.length > 0) remedies.push(...failed.map((child) => () => run.rewind(child)));
    else if (lost.length > 0) remedies.push(() => run.terminate(instanceId));
  }
  if (remedies.length > 0) return remedies;
  const stuck = open.map(
    ({ instanceId, runtimeStatus, waits }) =>
      `${instanceId} is ${runtimeStatus} and waits for ${JSON.stringify(waits)}`,
  );
  throw new Error(`The program does not end: ${stuck.join("; ")}`);
}
