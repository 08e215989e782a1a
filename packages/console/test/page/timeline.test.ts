import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { HistoryWriter, instanceOf, recordedInstances } from "../support/histories.ts";
import { album, approval, longHistory, payment } from "../support/history-samples.ts";
import { hiddenLabels, lefts, timelineRow, useServedInstances } from "../support/served-instances.ts";

const LONG_MS = 60_000;
const EVENTS = 10_000;
const SCROLLS = 60;

const browser = useBrowser();
const served = useServedInstances(browser);
const { add, open } = served;
const row = timelineRow;

beforeAll(() => {
  const undone = recordedInstances("order/undone").map((one) => ({ ...one, instanceId: "undone" }));
  add(...undone, approval(), payment(), longHistory(EVENTS));
});

const names = (page: Page) => page.locator(".step-title").allTextContents();
const detail = (page: Page) => page.getByRole("region", { name: "Details" });
test.skipIf(!hasBrowser)(
  "an order that is undone shows its attempts in one row, and the compensation after them",
  { timeout: LONG_MS },
  async () => {
    const page = await open("undone");
    expect(await names(page)).toEqual(
      "orderFulfilment priceOrder reserveStock chargePayment bookShipment confirmOrder withdrawSale cancelShipment refundPayment releaseStock".split(
        " ",
      ),
    );
    expect(await row(page, "confirmOrder").locator(".span.is-failed").count()).toBe(4);
    expect(await row(page, "confirmOrder").locator(".wait").count()).toBe(3);
    expect(await row(page, "confirmOrder").innerText()).toContain("failed, 4 attempts, 7 s");
    const firsts = await lefts(page, ".timeline-row .track .span:first-of-type");
    expect(firsts.slice(1)).toEqual(firsts.slice(1).sort((a, b) => a - b));
    expect(await row(page, "confirmOrder").locator(".took").innerText()).toBe("×4 · 7 s");
    expect(await hiddenLabels(page)).toEqual([]);
    await screenshot(page, "timeline-undone-light");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a click on an attempt shows its reason, and the others can be chosen",
  { timeout: LONG_MS },
  async () => {
    const page = await open("payment-1");
    await row(page, "charge").locator('[data-attempt="1"]').click();
    expect(await detail(page).innerText()).toContain("The bank is closed (2)");
    await detail(page)
      .getByRole("button", { name: /^failed/ })
      .first()
      .click();
    expect(await detail(page).innerText()).toContain("The bank is closed (1)");
    await detail(page)
      .getByRole("button", { name: /^completed/ })
      .click();
    expect(await detail(page).innerText()).toContain("paid");
    expect(await detail(page).innerText()).toContain("after a wait of 2 s");
    await screenshot(page, "timeline-attempts-light");
    expect(await violations(page)).toEqual([]);
    await row(page, "take").click();
    expect(await detail(page).locator(".step-value").allInnerTexts()).toEqual(["Input\n2", "Output\n8"]);
    expect(await row(page, "payment").locator(".hold").count()).toBe(1);
    await detail(page).getByRole("button", { name: "Close the details" }).click();
    expect(await detail(page).count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a retry that waits is in its call's row, which is not red",
  { timeout: LONG_MS },
  async () => {
    const { events } = new HistoryWriter(new Date().toISOString())
      .activity(10, 50, "flaky", { Reason: "no", Details: null })
      .timer(60, 3_600_000, false);
    add(instanceOf(events, { instanceId: "retry-1", runtimeStatus: "Running" }));
    const page = await open("retry-1");
    expect(await names(page)).toEqual(["sample", "flaky"]);
    expect(await row(page, "flaky").locator(".step-title.is-open").count()).toBe(1);
    expect(await row(page, "flaky").locator(".of").innerText()).toBe("attempt 1 failed");
    expect(await row(page, "flaky").locator(".took").innerText()).toMatch(/^in (1h|59m)/);
    expect(await row(page, "flaky").locator(".due").count()).toBe(1);
    expect(await hiddenLabels(page)).toEqual([]);
    await screenshot(page, "timeline-retry-light");
    await row(page, "flaky").click();
    expect(await detail(page).innerText()).toContain("Next attempt");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a long wait is folded, until its box is cleared",
  { timeout: LONG_MS },
  async () => {
    const page = await open("approval-1");
    const widthOf = async () => (await row(page, "giveMoneyBack").locator(".span").boundingBox())?.width ?? 0;
    expect(await page.locator(".tick-fold").allTextContents()).toEqual(["1d 6h"]);
    expect(await widthOf()).toBeGreaterThan(100);
    expect(await row(page, "Timer").innerText()).toContain("dropped");
    await page.getByLabel("Fold idle time").uncheck();
    await expect.poll(() => page.locator(".fold").count()).toBe(0);
    // Too short to see at this scale, but seen.
    expect(await widthOf()).toBe(4);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a child opens in place, and its steps appear while it runs",
  { timeout: LONG_MS },
  async () => {
    add(...album(2, false));
    const page = await open("album-1");
    await row(page, "lane").getByRole("button", { name: "Show the child's steps" }).click();
    await row(page, "resize-2").waitFor();
    expect(await row(page, "resize-2").getAttribute("aria-level")).toBe("3");
    expect(await row(page, "lane").locator(".span.is-open").count()).toBe(1);
    add(...album(4, false));
    await row(page, "resize-4").waitFor();
    await screenshot(page, "timeline-children-light");
    add(...album(5, true));
    await row(page, "resize-5").waitFor();
    await row(page, "lane").locator(".span.is-completed").waitFor();
    await row(page, "lane").getByRole("button", { name: "Hide the child's steps" }).click();
    await expect.poll(() => names(page)).toEqual(["renditions", "readAlbum", "lane"]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)("the timeline is used by keyboard", { timeout: LONG_MS }, async () => {
  add(...album(3, true));
  const page = await open("album-1");
  const focused = () =>
    page.evaluate<string>("document.activeElement.querySelector('.step-title')?.textContent");
  const press = (key: string) => page.keyboard.press(key);
  await row(page, "renditions").focus();
  await press("End");
  expect(await focused()).toBe("lane");
  await press("ArrowRight");
  await row(page, "resize-3").waitFor();
  await press("ArrowDown");
  expect(await focused()).toBe("resize-1");
  await press("Enter");
  expect(await detail(page).innerText()).toContain("resize-1");
  await press("Escape");
  expect(await detail(page).count()).toBe(0);
  await press("Enter");
  await detail(page).getByRole("button", { name: "Close the details" }).focus();
  await press("Escape");
  await expect.poll(focused).toBe("resize-1");
  await press("ArrowLeft");
  expect(await focused()).toBe("lane");
  await press("ArrowLeft");
  await expect.poll(() => row(page, "resize-1").count()).toBe(0);
  const width = async () => (await row(page, "lane").locator(".span").boundingBox())?.width ?? 0;
  const before = await width();
  await press("+");
  await expect.poll(width).toBeGreaterThan(before);
  await press("Shift+ArrowRight");
  expect(await page.getByRole("button", { name: "Earlier" }).isEnabled()).toBe(true);
  await press("0");
  await expect.poll(width).toBe(before);
  await press("Home");
  expect(await focused()).toBe("renditions");
  await page.close();
});

test.skipIf(!hasBrowser)("the wheel zooms with Ctrl, and dragging moves", { timeout: LONG_MS }, async () => {
  const page = await open("payment-1");
  const box = await row(page, "parcel").locator(".span").boundingBox();
  const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 5];
  const left = async () => (await lefts(page, ".span-child"))[0] ?? 0;
  await page.mouse.move(x, y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await expect
    .poll(async () => (await row(page, "parcel").locator(".span").boundingBox())?.width)
    .toBeGreaterThan(700);
  const before = await left();
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  expect(Math.round(before - (await left()))).toBeGreaterThan(10);
  expect(await detail(page).count()).toBe(0);
  await page.close();
});

test.skipIf(!hasBrowser)(
  "a history of 10,000 events is drawn with few rows in the page",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(`${served.url}/#/instances/long-1?tab=history`, { hasHttpErrors: true });
    await page.getByRole("tab", { name: /History/, selected: true }).waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const cpu = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return (metrics.find(({ name }) => name === "ProcessTime")?.value ?? 0) * 1000;
    };
    const before = await cpu();
    const drawn = await page.evaluate<number>(`(async () => {
      const started = performance.now();
      document.querySelector("#tab-timeline").click();
      while (document.querySelectorAll(".timeline-row .span").length < 10) await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - started;
    })()`);
    const drawnCpu = (await cpu()) - before;
    const grid = page.getByRole("treegrid");
    expect(await grid.getAttribute("aria-rowcount")).toBe(String(EVENTS));
    expect(await page.locator(".timeline-row").count()).toBeLessThan(80);
    const beforeScroll = await cpu();
    await page.evaluate(`(async () => {
      const box = document.querySelector(".timeline-box");
      for (let at = 0; at < ${SCROLLS}; at++) {
        box.scrollTop += 5000;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
      }
    })()`);
    const scrollCpu = ((await cpu()) - beforeScroll) / SCROLLS;
    await expect.poll(() => names(page)).toContain(`resize${(EVENTS - 4) % 40}`);
    expect(await page.locator(".timeline-row").count()).toBeLessThan(80);
    const heap = await page.evaluate<number>("performance.memory.usedJSHeapSize");
    process.stdout.write(
      `A history of ${EVENTS} events is drawn in ${Math.round(drawn)} ms (${Math.round(drawnCpu)} ms of ` +
        `processor time); scrolling 5,000 pixels takes ${scrollCpu.toFixed(1)} ms of it; ` +
        `heap ${(heap / 1e6).toFixed(1)} MB\n`,
    );
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the timeline is accessible in dark and at 360 px",
  { timeout: LONG_MS },
  async () => {
    for (const [look, options] of Object.entries({
      dark: { colorScheme: "dark" },
      narrow: { width: 360 },
    } as const)) {
      const page = await open("approval-1", options);
      await row(page, "giveMoneyBack").click();
      await detail(page).waitFor();
      await screenshot(page, `timeline-approval-${look}`);
      expect(await hiddenLabels(page), look).toEqual([]);
      expect(await violations(page), look).toEqual([]);
      expect(await page.evaluate<number>(OVERFLOW), look).toBeLessThanOrEqual(0);
      await page.close();
    }
  },
);
