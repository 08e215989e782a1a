import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Mailbox } from "../../../../tools/traffic/mailbox.ts";
import { type Shop, startShop } from "../../../../test/support/shop.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { startConsole } from "../support/console-server.ts";

const PHOTOS = join(import.meta.dirname, "../../../../samples/photos");
const LONG_MS = 60_000;

const browser = useBrowser();
let shop: Shop;
let url = "";
let stop = () => undefined as unknown;

beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await startShop({ startAt: new Date() });
  const server = await startConsole(shop.host.url);
  ({ url, stop } = server);
}, LONG_MS);
afterAll(async () => {
  stop();
  await shop?.host.stop();
});

/** Opens the form of an operation, and sends it as it is but for these fields, by JSON pointer. */
async function send(page: Page, operation: string, fields: Readonly<Record<string, string>> = {}) {
  await page.goto(`${url}/#/start/${operation}`);
  const form = page.locator("form.operation");
  await form.waitFor();
  for (const [pointer, value] of Object.entries(fields)) {
    await form.locator(`[data-pointer="${pointer}"]`).fill(value);
  }
  await form.locator("button[type=submit]").click();
  await page.getByRole("region", { name: "Result" }).waitFor();
}

/** Opens the instance that the result names. */
async function openInstance(page: Page) {
  await page.getByRole("link", { name: "Open the instance" }).click();
  await page.getByRole("region", { name: "Instance" }).waitFor();
}

const status = (page: Page, name: string) => page.locator(".bar .status", { hasText: name }).waitFor();

/** Confirms a command's dialog. */
async function command(page: Page, name: string) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
}

/** The input of the instance at an address of the console. */
async function inputOf(address: string): Promise<{ readonly orderId?: string }> {
  const id = address.split("/instances/")[1] ?? "";
  const response = await fetch(`${url}/runtime/webhooks/durabletask/instances/${id}?showInput=true`);
  return ((await response.json()) as { input: { orderId?: string } }).input;
}

/** What the last command has said. */
const done = (page: Page) => page.locator(".commands .done").innerText();

async function orderIsCompleted(page: Page) {
  await send(page, "placeOrder");
  await openInstance(page);
  await status(page, "Completed");
}

test.skipIf(!hasBrowser)(
  "an order, started from its form, is watched until it has ended",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(url);
    await page.getByRole("heading", { name: "Nothing has been started yet" }).waitFor();
    await screenshot(page, "empty-light");
    await orderIsCompleted(page);
    await page.getByRole("row", { name: "chargePayment" }).first().waitFor();
    expect(await page.getByRole("region", { name: "Output" }).innerText()).toContain('"confirmed"');
    await page.close();
  },
);

test.skipIf(!hasBrowser)("an error is shown at its field", { timeout: LONG_MS }, async () => {
  const page = await browser.open(url, { hasHttpErrors: true });
  await send(page, "placeOrder", { "/customer/email": "nobody", "/lines/0/quantity": "0" });
  for (const pointer of ["/customer/email", "/lines/0/quantity"]) {
    const field = page.locator(`[data-pointer="${pointer}"]`);
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    const description = (await field.getAttribute("aria-describedby")) ?? "";
    expect(await page.locator(`[id="${description}"]`).textContent()).not.toBe("");
  }
  expect(await page.locator('[data-pointer="/shipTo/city"]').getAttribute("aria-invalid")).toBe("false");
  const focused = page.locator(":focus");
  expect(await focused.getAttribute("data-pointer")).toBe("/customer/email");
  const { y = -1 } = (await focused.boundingBox()) ?? {};
  expect(y).toBeGreaterThan(0);
  expect(y).toBeLessThan(780);
  await screenshot(page, "field-error-light");
  await page.close();
});

test.skipIf(!hasBrowser)("a refund is suspended, resumed and approved", { timeout: LONG_MS }, async () => {
  const page = await browser.open(url);
  await orderIsCompleted(page);
  await send(page, "requestRefund");
  await openInstance(page);
  await page.getByText("waiting for approver@example.com").first().waitFor();
  await command(page, "Suspend");
  await status(page, "Suspended");
  expect(await done(page)).toBe("");
  await command(page, "Resume");
  await status(page, "Running");
  // A message goes with the status that it is about, and the focus is not lost with the button.
  expect(await done(page)).toBe("");
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Commands");
  const mails = await new Mailbox(shop.storage).mails();
  const link = mails.map(({ text }) => /http\S+token=\S+/.exec(text)?.[0]).findLast((found) => found);
  const decision = await browser.open(link ?? "");
  await decision.getByRole("button", { name: /approve/i }).click();
  await decision.close();
  await status(page, "Completed");
  expect(await page.getByRole("region", { name: "Output" }).innerText()).toContain('"approved"');
  await page.close();
});

test.skipIf(!hasBrowser)(
  "a refund is terminated, started again and purged",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(url, { hasHttpErrors: true });
    await orderIsCompleted(page);
    await send(page, "requestRefund");
    await openInstance(page);
    await page.getByText("waiting for approver@example.com").first().waitFor();
    await command(page, "Terminate");
    await status(page, "Terminated");
    const before = page.url();
    await command(page, "Restart");
    const again = page.locator(".commands .done a");
    await again.waitFor();
    expect(await done(page)).toMatch(/^Restarted as \S+$/);
    expect(page.url()).toBe(before);
    const restarted = (await again.getAttribute("href")) ?? "";
    await command(page, "Purge");
    await page.getByRole("heading", { name: "There is no such instance" }).waitFor();
    await expect.poll(() => page.locator(":focus").textContent()).toBe("All instances");
    await page.goto(`${url}/${restarted}`);
    await page.getByRole("button", { name: "Terminate" }).waitFor();
    expect(await page.getByRole("button", { name: "Purge" }).count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "an event is raised, and one for an ended instance is refused",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(url);
    await orderIsCompleted(page);
    await send(page, "requestRefund");
    await openInstance(page);
    await page.getByText("waiting for approver@example.com").first().waitFor();
    const refund = page.url();
    // The sample is no order that has a refund already, nor one that was not delivered.
    await page.goto(`${url}/#/start/requestRefund`);
    const sample = page.locator('[data-pointer="/orderId"]');
    await sample.waitFor();
    const { orderId } = await inputOf(refund);
    expect(await sample.inputValue()).not.toBe(orderId);
    await page.goto(refund);
    await page.getByRole("button", { name: "Raise event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Event name").fill("refundDecided");
    await dialog.getByLabel("Value as JSON").fill("{");
    await dialog.getByRole("button", { name: "Raise event" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Value as JSON").fill('{"id":"from-the-console","choice":"reject"}');
    await dialog.getByRole("button", { name: "Raise event" }).click();
    await status(page, "Completed");
    expect(await page.getByRole("button", { name: "Raise event" }).count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a report, a parcel's watch and a price import end",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(url);
    await orderIsCompleted(page);
    await send(page, "requestReport");
    await openInstance(page);
    await status(page, "Completed");
    await send(page, "watchShipment");
    await openInstance(page);
    await status(page, "Running");
    await shop.host.advance({ days: 31 });
    await status(page, "Completed");
    await send(page, "putPriceList");
    await send(page, "importPriceList");
    await openInstance(page);
    await shop.host.advance({ minutes: 5 });
    await status(page, "Completed");
    await page.getByRole("region", { name: "Children" }).waitFor();
    expect(await page.locator(".children .status").first().innerText()).toBe("Completed");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "photos become an album, their contact sheet appears, and its lane opens in place",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(`${url}/#/start`);
    await drop(page, ["wine.jpg", "life.jpg", "picos-de-europa.jpg"]);
    const sheet = page.locator("img.sheet").first();
    await sheet.waitFor({ timeout: 40_000 });
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('img.sheet').naturalWidth"))
      .toBeGreaterThan(100);
    await screenshot(page, "photos-light");
    await page.goto(`${url}/#/instances?prefix=renditions-`);
    const album = page.getByRole("row", { name: /^renditions/ }).first();
    await album.getByRole("link").click();
    const lane = page.getByRole("row", { name: ":lane-0" });
    await lane.getByRole("button", { name: "Show the child's steps" }).click();
    await page.locator('[role="row"][aria-level="3"]').first().waitFor();
    await screenshot(page, "timeline-album-light");
    // Its form takes the album that is there now, and has the place for more photos beside it.
    await page.goto(`${url}/#/start/renderAlbum`);
    await page.getByText("Drop photos here").waitFor();
    expect(await page.locator("form").getByLabel("album").inputValue()).toMatch(/^album-/);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.locator("img.sheet").first().waitFor({ timeout: 40_000 });
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the list is filtered by its address, and shows families",
  { timeout: LONG_MS },
  async () => {
    const page = await browser.open(url);
    await page.getByRole("row").nth(3).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("LANE");
    await page.waitForURL(/name=LANE/);
    // Of the album that was dropped, and of the one from the form.
    const lanes = ["renditionLane", "renditionLane"];
    await expect.poll(() => page.locator(".cell-name .text").allTextContents()).toEqual(lanes);
    await page.goto(`${url}/#/instances?prefix=renditions-`);
    await page.locator(".indent-1", { hasText: "renditionLane" }).first().waitFor();
    await page.getByLabel("Status").selectOption("Failed");
    await page.getByRole("heading", { name: "No instance matches the filters" }).waitFor();
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "each page is accessible in light and dark and at 360 px",
  { timeout: 2 * LONG_MS },
  async () => {
    const { instances } = (await (await shop.host.fetch("/api/instances?pattern=image-fan-out")).json()) as {
      instances: { id: string }[];
    };
    const pages = {
      list: "/",
      instance: `/#/instances/${instances[0]?.id}`,
      entities: "/#/entities",
      start: "/#/start",
      form: "/#/start/placeOrder",
      name: "/#/start/by-name",
    };
    const looks = { light: {}, dark: { colorScheme: "dark" }, narrow: { width: 360 } } as const;
    for (const [look, options] of Object.entries(looks)) {
      for (const [name, path] of Object.entries(pages)) {
        const page = await browser.open(url + path, options);
        await page.locator("h1").first().waitFor();
        await page.waitForLoadState("networkidle");
        await screenshot(page, `${name}-${look}`);
        expect(await violations(page), `${name} ${look}`).toEqual([]);
        const overflow = await page.evaluate<number>(OVERFLOW);
        expect(overflow, `${name} ${look}`).toBeLessThanOrEqual(0);
        await page.close();
      }
    }
  },
);

/** Drops photos as a browser does, from a folder of the desktop. */
async function drop(page: Page, names: readonly string[]): Promise<void> {
  const photos = names.map((name) => [name, readFileSync(join(PHOTOS, name), "base64")] as const);
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const [name, text] of ${JSON.stringify(photos)}) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
    }
    return transfer;
  })()`);
  await page.locator(".drop").dispatchEvent("dragover", { dataTransfer });
  await page.locator(".drop.over").waitFor();
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer });
}
