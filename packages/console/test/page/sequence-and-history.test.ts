import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { InstanceStatus } from "../../src/api/management-api.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { answerJson, startConsole } from "../support/console-server.ts";
import { longHistory, payment } from "../support/history-samples.ts";

const LONG_MS = 60_000;
const EVENTS = 10_000;

const browser = useBrowser();
const instances = new Map<string, InstanceStatus>();
let url = "";
let stop = () => undefined as unknown;

beforeAll(async () => {
  for (const one of [payment(), longHistory(EVENTS)]) instances.set(one.instanceId, one);
  ({ url, stop } = await startConsole((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const found = instances.get(decodeURIComponent(pathname.split("/").at(-1) ?? ""));
    return found !== undefined && answerJson(response, found);
  }));
});
afterAll(() => stop());

const open = (id: string, tab: string, options: Parameters<typeof browser.open>[1] = {}) =>
  browser.open(`${url}/#/instances/${id}?tab=${tab}`, { hasHttpErrors: true, ...options });

const rows = (page: Page) => page.locator(".sequence-body [role=row], .history-body [role=row]");

test.skipIf(!hasBrowser)(
  "the sequence has an arrow for each call and answer, and its details",
  { timeout: LONG_MS },
  async () => {
    const page = await open("payment-1", "sequence");
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBe(18);
    const [call, failure] = [page.locator(".arrow-call"), page.locator(".arrow-failure")];
    expect([await call.count(), await failure.count()]).toEqual([8, 2]);
    const [from, to] = [
      page.locator(".lane-title").nth(1),
      page.locator(".lane-title", { hasText: "charge" }),
    ];
    const middle = async (one: typeof from) => {
      const box = await one.boundingBox();
      return (box?.x ?? 0) + (box?.width ?? 0) / 2;
    };
    const arrow = await failure.first().boundingBox();
    expect(Math.abs((arrow?.x ?? 0) - (await middle(from)))).toBeLessThan(2);
    expect(Math.abs((arrow?.x ?? 0) + (arrow?.width ?? 0) - (await middle(to)))).toBeLessThan(2);
    await page.getByRole("button", { name: "Details of 8" }).press("Enter");
    const detail = page.getByRole("region", { name: "Details" });
    expect(await detail.innerText()).toContain("The bank is closed (2)");
    await screenshot(page, "sequence-light");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the history is searched by type and name, and shows one event as JSON",
  { timeout: LONG_MS },
  async () => {
    const page = await open("payment-1", "history");
    await rows(page).first().waitFor();
    await page.getByRole("searchbox", { name: "Type or name" }).fill("taskFAILED");
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.getByRole("status").getByText("2 of 16 events").waitFor();
    await rows(page).first().click();
    const detail = page.getByRole("region", { name: "Event" });
    expect(JSON.parse(await detail.locator("pre").innerText())).toMatchObject({
      EventType: "TaskFailed",
      Reason: "The bank is closed (1)",
    });
    await page.getByRole("searchbox").fill("parcel");
    await expect.poll(() => rows(page).count()).toBe(1);
    await rows(page).first().click();
    await detail.getByRole("link", { name: "parcel-1" }).waitFor();
    await screenshot(page, "history-light");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "10,000 events have few rows in the page, in both views, and the last one is reached",
  { timeout: LONG_MS },
  async () => {
    for (const tab of ["sequence", "history"]) {
      const page = await open("long-1", tab);
      await rows(page).first().waitFor();
      const box = page.locator(".sequence-box, .history-box");
      await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      const last = Number(await box.getAttribute("aria-rowcount"));
      await page.locator(`[role=row][aria-rowindex="${last}"]`).waitFor();
      expect(last).toBeGreaterThan(EVENTS);
      expect(await rows(page).count()).toBeLessThan(80);
      await page.close();
    }
  },
);

test.skipIf(!hasBrowser)("both are accessible in dark and at 360 px", { timeout: LONG_MS }, async () => {
  for (const tab of ["sequence", "history"]) {
    for (const [look, options] of Object.entries({
      dark: { colorScheme: "dark" },
      narrow: { width: 360 },
    } as const)) {
      const page = await open("payment-1", tab, options);
      await rows(page).first().waitFor();
      await page.getByRole("tabpanel").scrollIntoViewIfNeeded();
      await screenshot(page, `${tab}-${look}`);
      expect(await violations(page), `${tab} ${look}`).toEqual([]);
      expect(await page.evaluate<number>(OVERFLOW), `${tab} ${look}`).toBeLessThanOrEqual(0);
      await page.close();
    }
  }
});
