import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import type { TestInstance } from "durable-local-host/testing";
import { TableClaims } from "../../../src/storage/claims.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { startShop } from "../../support/shop.ts";
import { Watches } from "./watches.ts";

/** Checks per generation, as in the orchestrator. */
const GENERATION = 15;
const PACE = { minInterval: "PT1M", maxInterval: "PT1M", deadline: "P1D" };

let host: TestHost;
let watches: Watches;
let storage: Storage;

beforeAll(async () => {
  const shop = await startShop();
  ({ host, storage } = shop);
  watches = new Watches(shop);
});
afterEach(() => host.activity("checkShipment").restore());
afterAll(() => host?.stop());

const checksOf = (watch: { customStatus: unknown }) => (watch.customStatus as { checks?: number })?.checks;

/** A watch of a parcel that never arrives, after this number of checks. */
async function waitingAfter(checks: number): Promise<{ parcel: string; watch: TestInstance }> {
  const parcel = await watches.parcelTo("00013");
  const watch = await watches.start(parcel, PACE);
  await watch.waitUntil((instance) => checksOf(instance) === checks);
  await host.settle();
  return { parcel, watch };
}

async function stopped(parcel: string, watch: TestInstance): Promise<number | undefined> {
  await watch.completion();
  const { result } = await watches.find(parcel);
  expect(result?.kind).toBe("stopped");
  return result?.checks;
}

const foreignStop = (watch: TestInstance) =>
  host.hub.raiseEvent(watch.id, "stopRequested", JSON.stringify({ watchId: "another" }));

describe("a watch of sixty days, with the longest pauses", () => {
  test("is stopped on any day, but not by stops for another watch", async () => {
    const parcel = await watches.parcelTo("00013");
    const pace = { minInterval: "P5D", maxInterval: "P5D", deadline: "P60D" };
    const watch = await watches.start(parcel, pace);
    for (let check = 1; check <= 10; check++) {
      await watch.waitUntil((instance) => checksOf(instance) === check);
      await host.advance({ days: 1 });
      await foreignStop(watch);
      await foreignStop(watch);
      await host.settle();
    }
    expect((await watches.delete(parcel)).status).toBe(202);
    expect(await stopped(parcel, watch)).toBe(10);
  });
});

describe("a stop", () => {
  test("returns 202 while the watch runs, and 204 when it has ended", async () => {
    const { parcel, watch } = await waitingAfter(2);
    const response = await watches.delete(parcel);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id: watch.id, status: "running" });
    expect(await stopped(parcel, watch)).toBe(2);
    expect((await watches.find(parcel)).progress.nextCheckAt).toBeNull();
    expect((await watches.delete(parcel)).status).toBe(204);
  });

  test("whose event was lost after it was accepted ends the watch after its next check", async () => {
    const { parcel, watch } = await waitingAfter(2);
    const { watchId } = (await watch.status()).input as { watchId: string };
    const stop = { scope: watch.id, key: `stop-${watchId}`, fingerprint: "", value: "" };
    await new TableClaims(storage).claim(stop);
    await host.advance({ minutes: 1 });
    expect(await stopped(parcel, watch)).toBe(3);
  });

  test.each([2, GENERATION - 1, GENERATION, GENERATION + 1, 2 * GENERATION])(
    "during check %d ends the watch after this check",
    async (check) => {
      const { parcel, watch } = await waitingAfter(check - 1);
      const held = host.activity("checkShipment").nextCall();
      const advanced = host.advance({ minutes: 1 });
      const call = await held;
      await watches.delete(parcel);
      call.release();
      await advanced;
      expect(await stopped(parcel, watch)).toBe(check);
    },
  );

  test("during the first check ends the watch after it", async () => {
    const parcel = await watches.parcelTo("00013");
    const held = host.activity("checkShipment").nextCall();
    const watch = await watches.start(parcel, PACE);
    const call = await held;
    await watches.delete(parcel);
    call.release();
    expect(await stopped(parcel, watch)).toBe(1);
  });

  test.each([1, GENERATION - 1, GENERATION, GENERATION + 1, 2 * GENERATION])(
    "during the wait after check %d ends the watch immediately",
    async (check) => {
      const { parcel, watch } = await waitingAfter(check);
      await watches.delete(parcel);
      const { runtimeStatus } = await watch.status();
      expect(runtimeStatus).toBe("Completed");
      expect(await stopped(parcel, watch)).toBe(check);
    },
  );
});

describe("a stop at the same time as the timer that ends the wait after a check", () => {
  const CHECKS = [2, GENERATION - 1, GENERATION, GENERATION + 1, 2 * GENERATION];

  test.each(CHECKS)("is received if it is sent before the timer is set: check %d", async (check) => {
    const { parcel, watch } = await waitingAfter(check - 1);
    await stopIn(watch, { minutes: 2 });
    await host.advance({ minutes: 2 });
    expect([check, check + 1]).toContain(await stopped(parcel, watch));
  });

  test.each(CHECKS)("is received if it is sent after the timer is set: check %d", async (check) => {
    const { parcel, watch } = await waitingAfter(check);
    await stopIn(watch, { minutes: 1 });
    await host.advance({ minutes: 1 });
    expect(await stopped(parcel, watch)).toBe(check + 1);
  });

  test.each(CHECKS)("is received between stops for another watch: check %d", async (check) => {
    const { parcel, watch } = await waitingAfter(check - 1);
    await stopIn(watch, { minutes: 2 }, "another");
    await host.advance({ minutes: 1 });
    await stopIn(watch, { minutes: 1 }, "another");
    await stopIn(watch, { minutes: 1 });
    await stopIn(watch, { minutes: 1 }, "another");
    await host.advance({ minutes: 1 });
    expect([check, check + 1]).toContain(await stopped(parcel, watch));
  });

  test.each(CHECKS)("is received if both arrive while the watch is suspended: check %d", async (check) => {
    const { parcel, watch } = await waitingAfter(check);
    await watch.suspend("for a test");
    await host.advance({ minutes: 1 });
    await watches.delete(parcel);
    await watch.resume("for a test");
    expect(await stopped(parcel, watch)).toBe(check + 1);
  });
});

test("a stop for another watch never stops this one", async () => {
  const parcel = await watches.parcelTo("00013");
  const watch = await watches.start(parcel, { ...PACE, deadline: "PT40M" });
  for (let check = 1; check <= 35; check++) {
    await watch.waitUntil((instance) => checksOf(instance) === check);
    await foreignStop(watch);
    const held = host.activity("checkShipment").nextCall();
    const advanced = host.advance({ minutes: 1 });
    const call = await held;
    await foreignStop(watch);
    call.release();
    await advanced;
  }
  await watch.completion();
  expect((await watches.find(parcel)).result?.kind).toBe("overdue");
});

describe("a watch that is requested after an accepted stop", () => {
  const watchIdOf = async (watch: TestInstance) =>
    ((await watch.status()).input as { watchId: string }).watchId;

  /** A watch during a check, for which a stop must wait. */
  async function checking(): Promise<{ parcel: string; watch: TestInstance; release: () => Promise<void> }> {
    const { parcel, watch } = await waitingAfter(2);
    const held = host.activity("checkShipment").nextCall();
    const advanced = host.advance({ minutes: 1 });
    const call = await held;
    const release = async () => {
      call.release();
      await advanced;
    };
    return { parcel, watch, release };
  }

  test("is the next one, and continues", async () => {
    const { parcel, watch, release } = await checking();
    const first = await watchIdOf(watch);
    expect((await watches.delete(parcel)).status).toBe(202);
    expect((await watches.find(parcel)).status, "it has not ended yet").toBe("running");
    const raised = vi.spyOn(host.hub, "raiseEvent");
    onTestFinished(() => raised.mockRestore());
    const asked = watches.post(parcel, PACE);
    // It sends the stop to the first watch again, and waits for its end.
    await expect.poll(() => raised.mock.calls.length).toBe(1);
    expect(await watchIdOf(watch)).toBe(first);
    await release();
    expect((await asked).status).toBe(202);
    await watch.waitUntil((instance) => checksOf(instance) === 1);
    const next = await watchIdOf(watch);
    expect(next).not.toBe(first);
    // The remaining stop belongs to another watch.
    await stopIn(watch, { minutes: 2 }, first);
    await host.advance({ minutes: 5 });
    expect(await watches.find(parcel)).toMatchObject({ status: "running", progress: { checks: 6 } });
    expect((await watches.post(parcel, PACE)).status).toBe(200);
    expect(await watchIdOf(watch)).toBe(next);
  });

  test("is only one, for any number of requests and stops", async () => {
    const { parcel, watch, release } = await checking();
    await watches.delete(parcel);
    await watches.delete(parcel);
    const asked = [1, 2, 3, 4, 5].map(() => watches.post(parcel, PACE));
    await release();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 202]);
    await watch.waitUntil((instance) => checksOf(instance) === 1);
    await host.advance({ minutes: 3 });
    expect((await watches.find(parcel)).status).toBe("running");
  });

  test("starts although the process that accepted the stop died before sending it", async () => {
    const { parcel, watch } = await waitingAfter(2);
    const first = await watchIdOf(watch);
    const claims = new TableClaims(storage);
    await claims.claim({ scope: watch.id, key: `stop-${first}`, fingerprint: "", value: "" });
    expect((await watches.post(parcel, PACE)).status).toBe(202);
    expect(await watchIdOf(watch)).not.toBe(first);
  });

  test("is a new watch if the key is new, and the stopped watch if its own key is used again", async () => {
    const parcel = await watches.parcelTo("00013");
    expect((await watches.post(parcel, PACE, "stop-key-1")).status).toBe(202);
    const watch = watches.instance(parcel);
    await watch.waitUntil((instance) => checksOf(instance) === 1);
    await watches.delete(parcel);
    expect((await watches.post(parcel, PACE, "stop-key-1")).status).toBe(200);
    expect((await watches.post(parcel, PACE, "stop-key-2")).status).toBe(202);
    await watch.waitUntil((instance) => checksOf(instance) === 1);
    expect((await watches.find(parcel)).status).toBe("running");
  });

  test("must wait for a stopped one that is suspended", async () => {
    const { parcel, watch, release } = await checking();
    await watch.suspend("for a test");
    expect((await watches.delete(parcel)).status).toBe(202);
    expect((await watches.post(parcel, PACE)).status).toBe(409);
    await watch.resume("for a test");
    const asked = watches.post(parcel, PACE);
    await release();
    expect((await asked).status).toBe(202);
  });
});

/** Raises a stop at a time of the clock. */
async function stopIn(
  watch: TestInstance,
  { minutes }: { minutes: number },
  watchId?: string,
): Promise<void> {
  const own = ((await watch.status()).input as { watchId: string }).watchId;
  const stop = JSON.stringify({ watchId: watchId ?? own });
  host.clock.at(host.clock.now() + minutes * 60_000, () => {
    void host.hub.raiseEvent(watch.id, "stopRequested", stop);
  });
}
