import { join } from "node:path";
import { VirtualClock } from "durable-local-host";
import { expect, test } from "vitest";
import { hasBrowser, screenshot, useBrowser, violations } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const PLAIN = join(import.meta.dirname, "../../../../samples/plain-sdk");
const LONG_MS = 60_000;
const ORDER = { lines: [{ sku: "mug-300", quantity: 2 }], token: "tok_ok", address: "" };

const browser = useBrowser();

test.skipIf(!hasBrowser)(
  "an app on the plain SDK, without an OpenAPI document, has all views of its instances",
  { timeout: 2 * LONG_MS },
  async () => {
    const clock = new VirtualClock(new Date());
    const app = await servedApp(PLAIN, { clock });
    await app.start("order", ORDER, "order-1");
    await app.start(
      "refund",
      { cents: 500, approvers: ["a@example.com", "b@example.com"], hours: 72 },
      "refund-1",
    );
    const page = await browser.open(`${app.host.url}/#/instances/order-1`);
    await page.getByRole("row", { name: "bookShipment" }).waitFor();
    // It has no address, so its parcel is tried three times, and the money goes back.
    await app.post("clock/advance", { by: "PT1M" });
    await page.getByRole("row", { name: "refundPayment" }).waitFor();
    await page.locator(".bar .status", { hasText: "Failed" }).waitFor();
    expect(await page.getByRole("row", { name: "bookShipment" }).locator(".span.is-failed").count()).toBe(3);
    await page.getByRole("row", { name: "bookShipment" }).click();
    expect(await page.getByRole("region", { name: "Details" }).innerText()).toContain("There is no address");
    await screenshot(page, "plain-sdk-order-light");
    await page.getByRole("tab", { name: "Sequence" }).click();
    expect(await page.locator(".arrow-failure").count()).toBe(4);
    await screenshot(page, "plain-sdk-sequence-light");
    await page.goto(`${app.host.url}/#/instances/refund-1`);
    await page.getByRole("row", { name: "Timer" }).first().waitFor();
    expect(await page.getByRole("row", { name: "Timer" }).first().innerText()).toMatch(/\bin (2d 23h|3d)/);
    await app.post("clock/advance", { by: "PT80H" });
    await expect.poll(() => page.getByRole("row", { name: "Timer" }).count()).toBe(2);
    const shownTime = () => page.getByRole("group", { name: "Virtual time" }).getByRole("time").innerText();
    await expect.poll(shownTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    await screenshot(page, "plain-sdk-refund-light");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);
