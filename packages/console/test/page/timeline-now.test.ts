import { expect, test } from "vitest";
import type { HistoryEvent, InstanceStatus } from "../../src/api/management-api.ts";
import { hasBrowser, screenshot, useBrowser } from "../support/browser.ts";
import { HistoryWriter, instanceOf } from "../support/histories.ts";
import { album, payment } from "../support/history-samples.ts";
import { hiddenLabels, lefts, timelineRow as row, useServedInstances } from "../support/served-instances.ts";

const HOUR_MS = 3_600_000;
const LONG_MS = 60_000;

const browser = useBrowser();
const { add, open } = useServedInstances(browser);

test.skipIf(!hasBrowser)(
  "now is never before what has happened, and its labels have room",
  { timeout: LONG_MS },
  async () => {
    // The app's clock is ahead of the browser's.
    const { events } = new HistoryWriter(new Date(Date.now() + 60_000).toISOString())
      .activity(30, 400, "check")
      .timer(500, 72 * HOUR_MS, false)
      .add(900, "ExecutionSuspended", { Reason: "hold" });
    add(instanceOf(events, { instanceId: "waiting-1", name: "waiting", runtimeStatus: "Suspended" }));
    const page = await open("waiting-1", { width: 700 });
    const [now = 0] = await lefts(page, ".axis-line.now");
    const ends = await page
      .locator(".span, .hold")
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().right));
    // A short hold is drawn a little longer than it is.
    expect(Math.max(...ends)).toBeLessThanOrEqual(now + 5);
    expect(await page.locator(".timeline-row .took").allInnerTexts()).toEqual([
      "900 ms",
      "370 ms",
      "in 2d 23h",
    ]);
    expect(await hiddenLabels(page)).toEqual([]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the child of a terminated parent goes on running, until it ends by itself",
  { timeout: LONG_MS },
  async () => {
    const [parent, child] = album(2, false);
    const ended = new HistoryWriter().add(700, "ExecutionTerminated", { Reason: "enough" }).events.slice(1);
    const historyEvents = [...(parent.historyEvents ?? []), ...ended];
    add({ ...parent, runtimeStatus: "Terminated", historyEvents }, child);
    const page = await open("album-1");
    await row(page, "lane").locator(".span.is-open").waitFor();
    expect(await row(page, "renditions").locator(".span.is-dropped").count()).toBe(1);
    expect(await row(page, "lane").innerText()).toContain("not ended");
    add(album(5, true)[1]);
    await row(page, "lane").locator(".span.is-completed").waitFor();
    expect(await row(page, "lane").locator(".took").innerText()).toBe("1 s");
    await page.close();
  },
);

/** A generation of a watch that checks once. */
const generation = (start: string, name: string): InstanceStatus => {
  const { events } = new HistoryWriter(start).activity(20, 60, name).timer(80, HOUR_MS, false);
  const [first, ...others] = events;
  const started = { ...first, Generation: null } as unknown as HistoryEvent;
  return instanceOf([started, ...others], { instanceId: "watch-1", name: "watch", runtimeStatus: "Running" });
};

test.skipIf(!hasBrowser)(
  "a generation that continues as new stays on the page, and its steps open",
  { timeout: LONG_MS },
  async () => {
    add(generation("2026-11-27T11:00:00.000Z", "checkFirst"));
    const page = await open("watch-1");
    await row(page, "checkFirst").waitFor();
    add(generation("2026-11-27T12:00:00.000Z", "checkSecond"));
    await row(page, "checkSecond").waitFor();
    const earlier = row(page, "Earlier generation");
    expect(await earlier.count()).toBe(1);
    expect(await row(page, "checkFirst").count()).toBe(0);
    await earlier.getByRole("button").click();
    await row(page, "checkFirst").waitFor();
    const bar = async (name: string) => (await row(page, name).locator(".span").boundingBox())?.x ?? -1;
    expect(await bar("checkFirst")).toBeLessThan(await bar("checkSecond"));
    expect(await hiddenLabels(page)).toEqual([]);
    await screenshot(page, "timeline-generations-light");
    await page.close();
  },
);

test.skipIf(!hasBrowser)("two fingers zoom, and one finger moves", { timeout: LONG_MS }, async () => {
  add(payment());
  const page = await open("payment-1", { width: 700 });
  const bar = row(page, "take").locator(".span");
  const box = async () => (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const before = await box();
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  const middle = before.x + before.width / 2;
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...xs: readonly number[]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: xs.map((x, id) => ({ x, y: before.y + 5, id })),
    });
  await touch("touchStart", middle - 20, middle + 20);
  await touch("touchMove", middle - 40, middle + 40);
  await touch("touchEnd");
  const zoomed = await box();
  expect(zoomed.width).toBeGreaterThan(before.width * 1.5);
  // What was between the fingers is still there.
  expect(Math.abs(zoomed.x + zoomed.width / 2 - middle)).toBeLessThan(4);
  await touch("touchStart", middle);
  await touch("touchMove", middle + 10);
  await touch("touchMove", middle + 40);
  await touch("touchEnd");
  await expect.poll(async () => Math.round((await box()).x - zoomed.x)).toBe(40);
  expect(await page.getByRole("region", { name: "Details" }).count()).toBe(0);
  await page.close();
});
