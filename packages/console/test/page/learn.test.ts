import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder } from "../../../../test/patterns/order-chaining/order-samples.ts";
import { aRefund, Refunds } from "../../../../test/patterns/refund-approval/refunds.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";
import { serveShop, type ServedShop } from "../support/served-shop.ts";

const HELLO = path.resolve(import.meta.dirname, "../../../local-host/test/apps/hello-sequence");
/** On a busy machine the page takes its time. */
const PATIENT = { timeout: 15_000 };
const LONG_MS = 60_000;

const browser = useBrowser();
let shop: ServedShop;

beforeAll(async () => {
  if (hasBrowser) shop = await serveShop();
}, LONG_MS);
afterAll(() => shop?.host.stop());

const nodes = (page: Page, state: string) =>
  page.locator(`.flow .node-${state}`).evaluateAll((all) => all.map((node) => node.dataset["node"]));

test.skipIf(!hasBrowser)(
  "an order's diagram: done, failed and undone steps, and what undid them",
  { timeout: LONG_MS },
  async () => {
    const id = await shop.start("/api/orders", anOrder({ token: "tok_down" }));
    const page = await browser.open(`${shop.url}/#/instances/${id}?learn=1`);
    await page.locator(".flow").waitFor();
    await expect.poll(() => nodes(page, "running"), PATIENT).toEqual(["chargePayment"]);
    expect(await nodes(page, "done")).toEqual(["priceOrder", "reserveStock"]);
    await screenshot(page, "learn-running-light");
    await shop.advance(60);
    await expect.poll(() => nodes(page, "failed"), PATIENT).toEqual(["chargePayment"]);
    await expect.poll(() => nodes(page, "undone"), PATIENT).toEqual(["reserveStock"]);
    expect(await nodes(page, "done")).toEqual(["priceOrder", "refundPayment", "releaseStock"]);
    expect(await nodes(page, "ahead")).toContain("bookShipment");
    expect(await page.locator(".flow-arrow.undo.lit").count()).toBe(3);
    // The page itself has no second drawing of it.
    expect(await page.locator(".doc").innerText()).not.toContain("stateDiagram");
    await screenshot(page, "learn-undone-light");
    expect(await violations(page)).toEqual([]);
    // Also without the page about the pattern.
    await page.goto(`${shop.url}/#/instances/${id}?tab=flow`);
    await expect.poll(() => page.locator(".doc").count()).toBe(0);
    expect(await nodes(page, "undone")).toEqual(["reserveStock"]);
    expect(await page.locator(".flow-arrow.undo.lit").count()).toBe(3);
    await screenshot(page, "flow-undone-light");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "an order that was declined does not look like one that was confirmed",
  { timeout: LONG_MS },
  async () => {
    const good = await shop.start("/api/orders", anOrder({}));
    const id = await shop.start("/api/orders", anOrder({ token: "tok_declined" }));
    const page = await browser.open(`${shop.url}/#/instances/${id}`);
    const head = page.locator(".bar .status.is-undone", { hasText: "paymentDeclined" });
    await head.waitFor(PATIENT);
    const bar = page.getByRole("row", { name: "chargePayment" });
    expect(await bar.locator(".span.tone-other").count()).toBe(1);
    expect(await page.locator(".timeline-row .of").first().innerText()).toContain("paymentDeclined");
    await screenshot(page, "outcome-timeline-light");
    await page.getByRole("tab", { name: "Flow" }).click();
    await expect.poll(() => nodes(page, "other"), PATIENT).toContain("chargePayment");
    await screenshot(page, "outcome-flow-light");
    await page.goto(`${shop.url}/#/instances?since=1`);
    const rowOf = (row: string) => page.locator(".row", { hasText: row.slice(-12) });
    await rowOf(id).locator(".is-undone", { hasText: "paymentDeclined" }).waitFor(PATIENT);
    await rowOf(good).locator(".is-wished", { hasText: "confirmed" }).waitFor(PATIENT);
    await screenshot(page, "outcome-list-light");
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "outcome-list-dark");
    await page.setViewportSize({ width: 360, height: 800 });
    await screenshot(page, "outcome-list-360");
    expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a refund's diagram waits at the question, and ends at the decision",
  { timeout: LONG_MS },
  async () => {
    const orderId = await new Refunds(shop.url, shop.storage).soldOrder();
    const id = await shop.start("/api/refunds", aRefund({ orderId }));
    const page = await browser.open(`${shop.url}/#/instances/${id}?learn=1`);
    await page.locator(".flow").waitFor();
    await expect.poll(() => nodes(page, "waiting"), PATIENT).toEqual(["askForDecision"]);
    await screenshot(page, "learn-waiting-light");
    await page.getByRole("button", { name: "Approve" }).click();
    await expect.poll(() => nodes(page, "done"), PATIENT).toContain("approved");
    expect(await nodes(page, "waiting")).toEqual([]);
    expect(await nodes(page, "done")).toContain("giveMoneyBack");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "all patterns are listed, and links in their pages lead to pages and sources that the console has",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(`${shop.url}/#/instances`);
    await page.getByRole("link", { name: "learn" }).click();
    const cards = page.locator(".pattern-cards li");
    await expect.poll(() => cards.count(), PATIENT).toBe(7);
    await expect.poll(() => cards.locator("p:empty").count(), PATIENT).toBe(0);
    await screenshot(page, "learn-index-light");
    expect(await violations(page)).toEqual([]);
    await cards.locator('a[href="#/learn/order-chaining"]').click();
    await page.locator(".doc h1").waitFor();
    expect(await page.locator(".doc a:not([href])").count()).toBe(0);
    const targets = await page
      .locator('.doc a[href^="#"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    expect(targets.length).toBeGreaterThan(3);
    const orchestrator = "src/patterns/order-chaining/order.orchestrator.ts";
    expect(targets).toContain(`#/source/${encodeURIComponent(orchestrator)}`);
    await page.goto(`${shop.url}/#/source/${encodeURIComponent(orchestrator)}`);
    await page.locator(".source-lines code", { hasText: "orderFulfilment" }).first().waitFor(PATIENT);
    await screenshot(page, "learn-source-light");
    expect(await violations(page)).toEqual([]);
    for (const file of ["package.json", "host.json", "src/app.ts", "../README.md"]) {
      const response = await fetch(`${shop.url}/runtime/console/source?file=${encodeURIComponent(file)}`);
      expect(response.status, file).toBe(404);
    }
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "an app without pages has the flow of an instance's own steps",
  { timeout: LONG_MS },
  async () => {
    const app = await servedApp(HELLO);
    const id = await app.start("helloSequence", null);
    await app.host.engine.waitForCompletion(id);
    const page = await browser.open(`${app.host.url}/#/instances/${id}?tab=flow`, { hasHttpErrors: true });
    await expect.poll(() => nodes(page, "done"), PATIENT).toEqual(["sayHello"]);
    expect(await page.locator(".flow .tries").innerHTML()).toBe("×3");
    const middles = await page
      .locator(".flow rect, .flow .tries")
      .evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect()).map(({ x, width }) => x + width / 2),
      );
    expect(Math.abs((middles[0] ?? 0) - (middles[1] ?? 100))).toBeLessThan(2);
    expect(await page.getByRole("button", { name: "Learn" }).count()).toBe(0);
    await screenshot(page, "flow-light");
    await page.close();
  },
);

test.skipIf(!hasBrowser).for([
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 360 }],
] as const)("the page of each pattern in the look %s", { timeout: 2 * LONG_MS }, async ([look, options]) => {
  for (const pattern of ["order-chaining", "price-import", "refund-approval", "shipment-monitor"]) {
    const page = await browser.open(`${shop.url}/#/learn/${pattern}`, options);
    await page.locator(".flow .node").first().waitFor();
    await screenshot(page, `learn-${pattern}-${look}`);
    expect(await violations(page), pattern).toEqual([]);
    expect(await page.evaluate<number>(OVERFLOW), pattern).toBeLessThanOrEqual(0);
    await page.close();
  }
});

test.skipIf(!hasBrowser)(
  "on a narrow screen, Learn brings the page into view",
  { timeout: LONG_MS },
  async () => {
    const id = await shop.start("/api/orders", anOrder());
    const page = await browser.open(`${shop.url}/#/instances/${id}`, { width: 360 });
    await page.getByRole("button", { name: "Learn" }).click();
    const top = () => page.locator(".doc").evaluate((doc) => doc.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(200);
    await page.close();
  },
);
