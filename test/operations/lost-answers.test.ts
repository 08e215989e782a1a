import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { partId } from "../../src/durable/orchestration/instance-id.ts";
import {
  individualLinesId,
  priceSinglesImport,
} from "../../src/patterns/price-import/lines/line.contract.ts";
import { type Rescues, TableRescues } from "../../src/storage/rescues.ts";
import { Imports } from "../patterns/price-import/imports.ts";
import { hubOf, rescueOnce } from "../support/rescue.ts";
import { type Shop, startShop } from "../support/shop.ts";

/** Processes that wait for a part that has answered an execution that is gone. */

let shop: Shop;
let imports: Imports;

beforeAll(async () => {
  shop = await startShop({ settings: { strict: false } });
  imports = new Imports(shop);
});
afterAll(() => shop?.host.stop());

const status = async (id: string) => (await hubOf(shop.host).instance(id))?.runtimeStatus;

/**
 * An import with one line, which is started a second time while it waits for its next attempt, for another instance. So
 * it answers that one, as it would answer an execution that is gone.
 */
async function importWithLostAnswer(): Promise<{ id: string; page: string; line: string; sku: string }> {
  const list = randomUUID();
  const sku = `flaky-2-${list}`;
  await imports.bring(list, [`${sku},1,EUR`]);
  const retry = { attempts: 3, firstInterval: "PT1M", maxInterval: "PT1M" };
  const id = await imports.start(list, { onError: "retry", retry });
  await shop.host.settle();
  const hub = hubOf(shop.host);
  const page = individualLinesId(id, 0);
  const input = (await hub.run(page))?.input as object;
  const other = randomUUID();
  expect(await hub.start(priceSinglesImport.name, other, input)).toBe("started");
  await shop.host.instance(other).completion();
  return { id, page, line: partId(id, "line-2"), sku };
}

const LATER = { minutes: 11 };
const NEXT_RUN = { minutes: 5 };

/** A run of the rescue, and what the process is afterwards. */
async function rescueAt(
  time: { minutes: number },
  id: string,
  rescues: Rescues = new TableRescues(shop.storage),
) {
  await shop.host.advance(time);
  const report = await rescueOnce(shop, { rescues });
  await shop.host.settle();
  return { ...report, status: await status(id) };
}

test("an import whose line has ended without an answer is started again, and ends", async () => {
  const { id, page, line, sku } = await importWithLostAnswer();
  await shop.host.advance({ minutes: 9 });
  expect(await Promise.all([line, page, id].map(status))).toEqual(["Completed", "Running", "Running"]);
  const ends = [];
  for (const time of [{ minutes: 0 }, LATER, NEXT_RUN, NEXT_RUN, NEXT_RUN])
    ends.push(await rescueAt(time, id));
  expect(ends, "too early, noticed, ended, started again, done").toMatchObject([
    { restart: 0, status: "Running" },
    { restart: 0, status: "Running" },
    { restart: 0, status: "Terminated" },
    { restart: 1, status: "Completed" },
    { restart: 0, status: "Completed" },
  ]);
  expect(await imports.find(id)).toMatchObject({ result: { kind: "imported", applied: 1, failed: 0 } });
  expect(await imports.prices(sku)).toEqual([100]);
});

test("a rescue that is interrupted between its steps goes on in the next run", async () => {
  const { id } = await importWithLostAnswer();
  const rescues = new TableRescues(shop.storage);
  const interrupted = new Error("The host was killed");
  await rescueAt(LATER, id);
  const begin = rescues.beginRestart.bind(rescues);
  vi.spyOn(rescues, "beginRestart").mockImplementationOnce((process) =>
    begin(process).then(() => Promise.reject(interrupted)),
  );
  expect(await rescueAt(NEXT_RUN, id, rescues), "before the end").toMatchObject({
    failed: 1,
    status: "Running",
  });
  expect(await rescueAt(NEXT_RUN, id, rescues)).toMatchObject({ failed: 0, status: "Terminated" });
  vi.spyOn(rescues, "endRestart").mockRejectedValueOnce(interrupted);
  expect(await rescueAt(NEXT_RUN, id, rescues), "after the start").toMatchObject({ failed: 1 });
  await shop.host.instance(id).completion();
  expect(await rescueAt(LATER, id, rescues)).toMatchObject({ restart: 0, failed: 0, status: "Completed" });
  expect(await Array.fromAsync(rescues.restarting())).toEqual([]);
});

test.each([
  ["suspended", "suspend", "Suspended"],
  ["terminated", "terminate", "Terminated"],
] as const)("an import that an operator has %s stays so", async (_what, command, expected) => {
  const { id } = await importWithLostAnswer();
  await rescueAt(LATER, id);
  await hubOf(shop.host).command(id, command, "Not now");
  for (let run = 0; run < 3; run++) {
    expect(await rescueAt(NEXT_RUN, id)).toMatchObject({ restart: 0, failed: 0, status: expected });
  }
});

test("an import that an operator ends while the rescue ends it is started again only if the rescue was first", async () => {
  const { id } = await importWithLostAnswer();
  await rescueAt(LATER, id);
  const rescues = new TableRescues(shop.storage);
  const begin = rescues.beginRestart.bind(rescues);
  vi.spyOn(rescues, "beginRestart").mockImplementationOnce(async (process) => {
    await begin(process);
    await hubOf(shop.host).command(id, "terminate", "Not needed any more");
    await shop.host.settle();
  });
  expect(await rescueAt(NEXT_RUN, id, rescues)).toMatchObject({ failed: 0, status: "Terminated" });
  expect(await rescueAt(NEXT_RUN, id, rescues)).toMatchObject({ restart: 0, status: "Terminated" });
  expect(await Array.fromAsync(rescues.restarting())).toEqual([]);
});

test("an import that was purged while it was to be started again leaves no record", async () => {
  const rescues = new TableRescues(shop.storage);
  const id = `import-${randomUUID()}`;
  await rescues.beginRestart(id);
  await rescueOnce(shop, { rescues });
  expect(await Array.fromAsync(rescues.restarting())).toEqual([]);
  expect(await rescues.take(id, 5, new Date()), "its first attempt").toMatchObject({ number: 1 });
});

test("an import whose part has gone on within the last ten minutes is left alone", async () => {
  const { id, page } = await importWithLostAnswer();
  await shop.host.advance(LATER);
  for (const command of ["suspend", "resume"] as const) {
    await hubOf(shop.host).command(page, command, "To look at it");
    await shop.host.settle();
  }
  for (const time of [{ minutes: 0 }, { minutes: 2 }, { minutes: 2 }]) {
    expect(await rescueAt(time, id)).toMatchObject({ restart: 0, status: "Running" });
  }
  await hubOf(shop.host).command(id, "terminate", "The test has ended");
  await shop.host.settle();
});

test("an import that waits for a line with a long pause is left alone", async () => {
  const list = randomUUID();
  await imports.bring(list, [`flaky-1-${list},1,EUR`]);
  const retry = { attempts: 2, firstInterval: "PT1H", maxInterval: "PT1H" };
  const id = await imports.start(list, { onError: "retry", retry });
  await shop.host.settle();
  for (let run = 0; run < 4; run++) {
    expect(await rescueAt(LATER, id)).toMatchObject({ restart: 0, status: "Running" });
  }
  expect((await shop.host.instance(id).completion()).output).toMatchObject({ applied: 1, retried: 1 });
});
