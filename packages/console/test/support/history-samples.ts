import type { InstanceStatus } from "../../src/api/management-api.ts";
import { HistoryWriter, instanceOf } from "./histories.ts";

const HOUR_MS = 3_600_000;

/** Waits 30 hours for a decision, between activities of some milliseconds. */
export const approval = (): InstanceStatus =>
  instanceOf(
    new HistoryWriter()
      .activity(40, 75, "checkLimit")
      .activity(90, 160, "askForDecision", { Result: { mail: "m-1" } })
      .timer(170, 72 * HOUR_MS, false)
      .add(30 * HOUR_MS, "EventRaised", { Name: "refundDecided", Input: '{"choice":"approve"}' })
      .activity(30 * HOUR_MS + 30, 30 * HOUR_MS + 140, "giveMoneyBack")
      .add(30 * HOUR_MS + 150, "EventSent", {
        Name: "op",
        InstanceId: "@sales@mug",
        Input: JSON.stringify({ op: "refunded", signal: true, id: "s-1", input: "5" }),
      })
      .add(30 * HOUR_MS + 180, "ExecutionCompleted", { OrchestrationStatus: "Completed", Result: "approved" })
      .events,
    { instanceId: "approval-1", name: "refundApproval" },
  );

const refused = (attempt: number) => ({ Reason: `The bank is closed (${attempt})`, Details: "at bank.ts:1" });

/** A call with two failures, a child, a suspension and a call of an entity. */
export const payment = (): InstanceStatus =>
  instanceOf(
    new HistoryWriter()
      .activity(30, 90, "price", { Result: 5 })
      .activity(110, 180, "charge", refused(1))
      .timer(200, 1200)
      .activity(1220, 1300, "charge", refused(2))
      .timer(1320, 3320)
      .activity(3340, 3420, "charge", { Result: "paid" })
      .add(3440, "SubOrchestrationInstanceCompleted", {
        ScheduledTime: "2026-11-27T11:00:00.120+00:00",
        FunctionName: "parcel",
        InstanceId: "parcel-1",
        Input: null,
        Result: 1,
      })
      .add(3450, "ExecutionSuspended", { Reason: "hold" })
      .add(4450, "ExecutionResumed", { Reason: "go on" })
      .add(4500, "EventSent", {
        Name: "op",
        InstanceId: "@stock@mug",
        Input: JSON.stringify({ op: "take", id: "g-1", input: "2" }),
      })
      .add(4620, "EventRaised", { Name: "g-1", Input: '{"result":"8"}' })
      .activity(4640, 4900, "mail")
      .add(4950, "ExecutionCompleted", { OrchestrationStatus: "Completed", Result: "done" }).events,
    { instanceId: "payment-1", name: "payment" },
  );

/** An album whose child has made so many of its pictures. */
export function album(
  made: number,
  hasEnded: boolean,
): readonly [parent: InstanceStatus, child: InstanceStatus] {
  const parent = new HistoryWriter().activity(20, 60, "readAlbum");
  const child = new HistoryWriter("2026-11-27T11:00:00.100Z");
  for (let at = 0; at < made; at++) child.activity(at * 100, at * 100 + 90, `resize-${at + 1}`);
  const result = { OrchestrationStatus: "Completed", Result: null };
  if (hasEnded) {
    child.add(1000, "ExecutionCompleted", result);
    const fields = {
      ScheduledTime: parent.time(100),
      FunctionName: "lane",
      InstanceId: "album-1:0",
      Result: null,
    };
    parent.add(1200, "SubOrchestrationInstanceCompleted", fields).add(1300, "ExecutionCompleted", result);
  } else
    parent.add(100, "SubOrchestrationInstanceCreated", {
      Name: "lane",
      InstanceId: "album-1:0",
      Input: null,
    });
  const runtimeStatus = hasEnded ? "Completed" : "Running";
  return [
    instanceOf(parent.events, { instanceId: "album-1", name: "renditions", runtimeStatus }),
    instanceOf(child.events, { instanceId: "album-1:0", name: "lane", runtimeStatus }),
  ];
}

/** A history of this many events. */
export function longHistory(count: number): InstanceStatus {
  const writer = new HistoryWriter();
  for (let at = 0; at < count - 2; at++) {
    const name = `resize${at % 40}`;
    if (at % 10 === 9) writer.add(at * 20, "EventRaised", { Name: `event${at}`, Input: `"${at}"` });
    else
      writer.activity(at * 20 - 15, at * 20, name, {
        Input: `["${at}"]`,
        Result: { at, note: "x".repeat(100) },
      });
  }
  writer.add(count * 20, "ExecutionCompleted", { OrchestrationStatus: "Completed", Result: null });
  return instanceOf(writer.events, { instanceId: "long-1", name: "long" });
}
