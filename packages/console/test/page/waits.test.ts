import path from "node:path";
import { VirtualClock } from "durable-local-host";
import { expect, test } from "vitest";
import { hasBrowser, screenshot, useBrowser, violations } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const APPROVAL = path.resolve(import.meta.dirname, "../../../local-host/test/apps/approval");
const LONG_MS = 60_000;

const browser = useBrowser();

test.skipIf(!hasBrowser)(
  "what an instance waits for is in the list, its head, its views and the dialog for events",
  { timeout: LONG_MS },
  async () => {
    const app = await servedApp(APPROVAL, { clock: new VirtualClock(new Date()) });
    await app.start("approval", { hours: 72 }, "approval-1");
    await app.start("patient", null, "patient-1");
    const page = await browser.open(`${app.host.url}/#/instances`);
    const row = page.getByRole("row", { name: "approval-1" });
    await row.getByText("event decided, timer in 1d").waitFor();
    await page.getByRole("row", { name: "patient-1" }).getByText("event never").waitFor();
    await screenshot(page, "waits-list-light");
    await row.getByRole("link").click();
    await page.locator(".facts", { hasText: "event decided, timer in 1d" }).waitFor();
    const awaited = page.getByRole("row", { name: "decided" });
    expect(await awaited.locator(".span.is-open").count()).toBe(1);
    expect(await page.getByRole("row", { name: "Timer" }).innerText()).toContain("of 1d");
    await awaited.click();
    await page.getByRole("region", { name: "Details" }).getByText("Awaited since").waitFor();
    await screenshot(page, "waits-timeline-light");
    await page.getByRole("tab", { name: "Sequence" }).click();
    await page.getByText("waits for decided").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Raise event" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByLabel("Event name").inputValue()).toBe("decided");
    expect(await dialog.locator("datalist option").count()).toBe(1);
    await dialog.getByLabel("Value as JSON").fill(`{"by":"me"}`);
    await dialog.getByRole("button", { name: "Raise event" }).click();
    await page.locator(".bar .status", { hasText: "Completed" }).waitFor();
    expect(await page.locator(".facts", { hasText: "Waits for" }).count()).toBe(0);
    await page.close();
  },
);
