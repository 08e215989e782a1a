import { expect, test } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { HistoryWriter, instanceOf } from "../support/histories.ts";
import { album } from "../support/history-samples.ts";
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
