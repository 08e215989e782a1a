import { expect, test } from "vitest";
import { clientSignal } from "../../src/engine/entities/client-view.ts";
import { entityPayload } from "../../src/engine/entities/entity-batch.ts";
import type { RequestMessage } from "../../src/engine/history/entity-messages.ts";
import { Stage, START, turns } from "./support/test-engine.ts";

const counter = (key: string) => ({ name: "Counter", key });

test("signals of a client change the state, which can be read and listed", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  expect(await hub.readEntity(counter("k"))).toBeUndefined();
  await hub.signalEntity(counter("k"), "add", "5");
  await hub.signalEntity(counter("k"), "add", null);
  await stage.engine.idle();
  const expected = { id: { name: "counter", key: "k" }, state: "6", lastOperationTime: START };
  expect(await hub.readEntity(counter("k"))).toEqual(expected);
  expect(await hub.readEntity(counter("K"))).toBeUndefined();
  await hub.signalEntity(counter("other"), "add", null);
  await stage.engine.idle();
  expect((await hub.listEntities({})).items.map(({ id }) => id.key)).toEqual(["k", "other"]);
  expect((await hub.listEntities({ name: "Counter", top: 1 })).items).toEqual([expected]);
  expect((await hub.listEntities({ from: START + 1 })).items).toEqual([]);
});

test("a destroyed entity does not exist any more", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await hub.signalEntity(counter("k"), "add", "5");
  await hub.signalEntity(counter("k"), "destroy", null);
  await stage.engine.idle();
  expect(await hub.readEntity(counter("k"))).toBeUndefined();
  expect((await hub.listEntities({})).items).toEqual([]);
});

test("an entity whose instance was purged begins again", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await hub.signalEntity(counter("k"), "add", "5");
  await stage.engine.idle();
  await hub.purge("@counter@k");
  expect(await hub.readEntity(counter("k"))).toBeUndefined();
  await hub.signalEntity(counter("k"), "add", "1");
  await stage.engine.idle();
  expect(await hub.readEntity(counter("k"))).toMatchObject({ state: "1" });
});

test("a failed operation keeps its changes, and the caller receives only [object Object]", async () => {
  const stage = await Stage.open();
  await stage.start("callEntity", { key: "k", operation: "fail" });
  expect((await stage.get()).output).toBe('{"error":"[object Object]"}');
  expect(await stage.engine.hub.readEntity(counter("k"))).toMatchObject({ state: "99" });
});

test("calls wait while another orchestration holds the lock, and are served after its release", async () => {
  const stage = await Stage.open(["identity"]);
  const { hub } = stage.engine;
  await stage.start("lockTwo");
  await stage.start("callEntity", { key: "one", operation: "get" }, "i2");
  // The first instance has already released its locks, because the release comes before the held activity.
  expect((await stage.get("i2")).output).toBe('{"value":0}');
  await stage.succeed("identity");
  expect((await stage.get()).runtimeStatus).toBe("Completed");
  const instance = await hub.get("@counter@one");
  expect(JSON.parse(instance?.input ?? "")).not.toHaveProperty("lockedBy");
  expect(instance).toMatchObject({
    name: "@counter@one",
    runtimeStatus: "Running",
    customStatus: '{"entityExists":true}',
  });
});

test("the holder of a lock is served before calls that came earlier and wait", async () => {
  const stage = await Stage.open(["identity"]);
  await stage.start("holdLock", undefined, "holder");
  await stage.start("callEntity", { key: "k", operation: "get" }, "caller");
  expect((await stage.get("caller")).runtimeStatus).toBe("Running");
  await stage.succeed("identity");
  expect((await stage.get("holder")).runtimeStatus).toBe("Completed");
  expect((await stage.get("caller")).output).toBe('{"value":0}');
});

test("a terminated holder of a lock keeps the entity locked", async () => {
  const stage = await Stage.open(["identity"]);
  const { hub } = stage.engine;
  await stage.start("holdLock", undefined, "holder");
  await hub.terminate("holder", "stuck");
  await turns();
  expect((await stage.get("holder")).runtimeStatus).toBe("Terminated");
  await stage.start("callEntity", { key: "k", operation: "get" }, "caller");
  await stage.succeed("identity");
  expect((await stage.get("caller")).runtimeStatus).toBe("Running");
  const entity = await hub.get("@counter@k");
  expect(JSON.parse(entity?.customStatus ?? "")).toMatchObject({ lockedBy: "holder", queueSize: 1 });
});

test("the release of an instance that has lost its lock does not unlock the entity", async () => {
  const stage = await Stage.open(["identity"]);
  const { hub } = stage.engine;
  await stage.start("holdLock", undefined, "former");
  await hub.purge("@counter@k");
  await stage.start("holdLock", undefined, "holder");
  // An instance that fails releases its locks.
  await stage.fail("identity");
  expect((await stage.get("former")).runtimeStatus).toBe("Failed");
  await stage.start("callEntity", { key: "k", operation: "get" }, "caller");
  expect((await stage.get("caller")).runtimeStatus).toBe("Running");
  const entity = await hub.get("@counter@k");
  expect(JSON.parse(entity?.customStatus ?? "")).toMatchObject({ lockedBy: "holder", queueSize: 1 });
  await stage.succeed("identity");
  for (const id of ["holder", "caller"]) expect((await stage.get(id)).runtimeStatus).toBe("Completed");
});

test("a state contains the records of the extension's message sorter, for received and sent messages", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await stage.start("callEntity", { key: "k", operation: "get" });
  const { executionId } = await stage.get();
  const received = {
    ReceivedFromInstance: { i1: { Last: "2025-01-01T00:00:00.0000000Z", ExecutionId: executionId } },
    ReceiveHorizon: "2024-12-31T23:30:00.000Z",
  };
  const sorterOf = async (key: string) =>
    (JSON.parse((await hub.get(`@counter@${key}`))?.input ?? "") as { sorter: unknown }).sorter;
  expect(await sorterOf("k")).toEqual(received);
  await hub.signalEntity(counter("k"), "passOn", '"other"');
  await hub.signalEntity(counter("k"), "passOn", '"third"');
  await stage.engine.idle();
  const sent = {
    "@Counter@other": "2025-01-01T00:00:00.0000000Z",
    "@Counter@third": "2025-01-01T00:00:00.0000000Z",
  };
  expect(await sorterOf("k")).toEqual({ ...received, LastSentToInstance: sent });
});

test("the trigger contains null for a missing state and for a missing input", () => {
  const request = { op: "get", id: "r1" } as RequestMessage;
  expect(JSON.parse(entityPayload("@counter@k", { sorter: {} }, [request]).string ?? "")).toEqual({
    self: { name: "counter", key: "k" },
    exists: false,
    state: null,
    batch: [{ name: "get", input: null, isSignal: false, id: "r1" }],
  });
});

test("a client's signal contains its time, and no order", () => {
  const event = clientSignal(START, "add", null) as { readonly Name?: string; readonly Input?: string };
  expect(event.Name).toBe("op");
  expect(JSON.parse(event.Input ?? "")).toMatchObject({
    op: "add",
    signal: true,
    Timestamp: "0001-01-01T00:00:00",
    Predecessor: "0001-01-01T00:00:00",
    requestTime: "2025-01-01T00:00:00.0000000+00:00",
  });
});

test("requests contain the same fields as those of the extension", async () => {
  const stage = await Stage.open();
  await stage.start("entityWork", "k");
  const [signal, call] = (await stage.history())
    .filter((event) => event.EventType === 14)
    .map((event) => JSON.parse(event.Input) as Record<string, unknown>);
  const { executionId } = await stage.get();
  expect(signal).toEqual({
    $type:
      "Microsoft.Azure.WebJobs.Extensions.DurableTask.RequestMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask",
    op: "add",
    signal: true,
    input: "5",
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    parent: "i1",
    parentExecution: executionId,
    Timestamp: "2025-01-01T00:00:00.0000000Z",
    Predecessor: "0001-01-01T00:00:00",
    requestTime: "2025-01-01T00:00:00.0000000+00:00",
  });
  expect(call).toMatchObject({
    op: "get",
    Timestamp: "2025-01-01T00:00:00.0000001",
    Predecessor: "2025-01-01T00:00:00.0000000Z",
  });
  expect(call).not.toHaveProperty("signal");
  expect(call).not.toHaveProperty("input");
});
