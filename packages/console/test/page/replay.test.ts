import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder } from "../../../../test/patterns/order-chaining/order-samples.ts";
import { ROOT } from "../../../../tools/run.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { serveShop, type ServedShop } from "../support/served-shop.ts";

/** On a busy machine the page takes its time. */
const PATIENT = { timeout: 15_000 };
const LONG_MS = 90_000;
const ORDER = "src/patterns/order-chaining/order.orchestrator.ts";

const browser = useBrowser();
let shop: ServedShop;

beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await serveShop();
  // The first replay loads the app in a process of its own, which takes long on a busy machine.
  const id = await shop.start("/api/orders", anOrder({}));
  await fetch(`${shop.url}/runtime/console/instances/${id}/replay`);
}, LONG_MS);
afterAll(() => shop?.host.stop());

/** The number of the only line with this text, in the order's orchestrator if nothing else is said. */
function lineOf(text: string, file = join(ROOT, ORDER)): number {
  const lines = readFileSync(file, "utf8").split("\n");
  const found = lines.flatMap((line, at) => (line.includes(text) ? [at + 1] : []));
  if (found.length !== 1) throw new Error(`${found.length} lines have ${text}`);
  return found[0] ?? 0;
}

async function openReplay(id: string, options: Parameters<typeof browser.open>[1] = {}): Promise<Page> {
  const page = await browser.open(`${shop.url}/#/instances/${id}?tab=replay`, options);
  await page.locator(".line").first().waitFor({ timeout: 60_000 });
  return page;
}

const episodeOf = (page: Page) => page.locator(".episodes-title b").innerText();
const callNames = (page: Page, kind: string) =>
  page.locator(`.${kind} > .call-row .call-name`).allInnerTexts();
const lines = (page: Page, kind: string) =>
  page.locator(`.line.line-${kind}`).evaluateAll((all) => all.map((line) => Number(line.dataset["line"])));
const isInView = (page: Page, line: number) =>
  page.locator(`[data-line="${line}"]`).evaluate((row) => {
    const [inner, outer] = [row, row.closest(".source-lines")].map((one) => one.getBoundingClientRect());
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  });

test.skipIf(!hasBrowser)(
  "a retry: the episodes of the failed attempts wait on the line of the call",
  { timeout: LONG_MS },
  async () => {
    const id = await shop.start("/api/orders", anOrder({ token: "tok_flaky" }));
    await shop.advance(60);
    const page = await openReplay(id);
    const charge = lineOf("df.callActivity(order.chargePayment");
    const reserve = lineOf("df.callActivity(order.reserveStock");
    expect(await page.locator(".episodes-title").innerText()).toContain("of 11");
    const slider = page.getByRole("slider", { name: "Episode" });
    await slider.fill("3");
    await expect.poll(() => lines(page, "waits"), PATIENT).toEqual([charge]);
    expect(await isInView(page, charge)).toBe(true);
    expect(await lines(page, "made")).toEqual([charge]);
    expect(await lines(page, "replayed")).toContain(reserve);
    expect(await callNames(page, "call-new")).toEqual(["chargePayment"]);
    expect(await callNames(page, "call-replayed")).toEqual(["priceOrder", "reserveStock"]);
    expect(await page.locator(".tag.retries").count()).toBe(0);
    // The first attempt failed; a timer; the second one failed.
    await slider.press("ArrowRight");
    await page.locator(".new-event.bad", { hasText: "chargePayment" }).waitFor();
    expect(await page.locator(".call-open").innerText()).toContain("1 attempt failed");
    await page.getByRole("button", { name: "Next episode" }).click();
    await page.locator(".new-event", { hasText: "timer" }).waitFor();
    await page.getByRole("button", { name: "Next episode" }).click();
    await page.getByText("2 attempts failed").waitFor();
    expect(await episodeOf(page)).toBe("Episode 6");
    expect(await lines(page, "waits")).toEqual([charge]);
    expect(await lines(page, "made")).toEqual([]);
    await screenshot(page, "replay-retry-light");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a line of a price import that tries again by its own loop",
  { timeout: LONG_MS },
  async () => {
    const headers = { "content-type": "text/csv" };
    const body = "sku,price,currency\nflaky-1-0003,40.57,EUR\n";
    await fetch(`${shop.url}/api/price-lists/autumn`, { method: "PUT", headers, body });
    const id = await shop.start("/api/price-lists/autumn/import", { onError: "retry", lineTimeout: "PT2S" });
    await shop.advance(60);
    const listed = await fetch(
      `${shop.url}/runtime/webhooks/durabletask/instances?instanceIdPrefix=${encodeURIComponent(`${id}:`)}`,
    );
    const children = (await listed.json()) as readonly { instanceId: string; name: string }[];
    const line = children.find(({ name }) => name === "priceLineImport")?.instanceId ?? "";
    const page = await browser.open(`${shop.url}/#/instances`);
    const gate = Promise.withResolvers<void>();
    await page.route("**/replay", async (route) => {
      await gate.promise;
      await route.continue();
    });
    await page.goto(`${shop.url}/#/instances/${encodeURIComponent(line)}?tab=replay`);
    // It says what it does, before the first answer is there.
    await page.getByText(/^Replaying \d+ events on the app's code/).waitFor(PATIENT);
    await page.getByText("The first time takes longest").waitFor(PATIENT);
    gate.resolve();
    await page.locator(".line").first().waitFor({ timeout: 60_000 });
    const slider = page.getByRole("slider", { name: "Episode" });
    const source = join(ROOT, "src/patterns/price-import/lines/line.orchestrator.ts");
    const [race, pause] = ["first = yield* df.race(", "yield* df.createTimer(pauseAfter"].map((text) =>
      lineOf(text, source),
    );
    // Episode after episode: the first attempt, its fault and the pause, the second attempt.
    const waits: number[] = [];
    const count = Number(/of (\d+)/.exec(await page.locator(".episodes-title").innerText())?.[1]);
    for (let episode = 1; episode < count; episode++) {
      await slider.fill(String(episode));
      await expect.poll(() => episodeOf(page), PATIENT).toBe(`Episode ${episode}`);
      const at = (await lines(page, "waits")).find((line) => line === race || line === pause);
      if (at !== undefined && at !== waits.at(-1)) waits.push(at);
    }
    expect(waits).toEqual([race, pause, race]);
    expect(await callNames(page, "call-failed")).toEqual(["setPrice"]);
    await screenshot(page, "replay-price-line-light");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a compensation: the undos come in reverse, from the line of the catch",
  { timeout: LONG_MS },
  async () => {
    const id = await shop.start("/api/orders", anOrder({ token: "tok_down" }));
    await shop.advance(60);
    const page = await openReplay(id);
    await page.getByText("The execution ends with this episode").waitFor();
    const undo = lineOf("yield* undo.run(");
    // The last episode has no new call: the source shows the last one.
    await expect.poll(() => isInView(page, undo), PATIENT).toBe(true);
    await page.getByRole("button", { name: "Previous episode" }).click();
    await expect.poll(() => lines(page, "waits"), PATIENT).toEqual([undo]);
    expect(await callNames(page, "call-new")).toEqual(["releaseStock"]);
    expect(await callNames(page, "call-done")).toEqual(["priceOrder", "reserveStock", "refundPayment"]);
    expect(await callNames(page, "call-failed")).toEqual(["chargePayment"]);
    expect(await page.locator(".line-waits").innerText()).toContain("undo.run");
    await screenshot(page, "replay-compensation-light");
    // A call opens its line, also in another file; a line selects its calls.
    await page.locator(".call-row", { hasText: "refundPayment" }).click();
    await page.locator(".call.selected .frames button", { hasText: "undo-stack.ts" }).first().click();
    await page.getByRole("button", { name: "undo-stack.ts", pressed: true }).waitFor();
    await page.locator(".line.selected").waitFor();
    const files = page.getByRole("group", { name: "Files" });
    await files.getByRole("button", { name: "order.orchestrator.ts" }).click();
    await page.getByRole("button", { name: `Line ${undo}:` }).click();
    expect(await callNames(page, "call.selected")).toEqual(["refundPayment", "releaseStock"]);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a new episode appears while the instance runs, and only at the end",
  { timeout: LONG_MS },
  async () => {
    const id = await shop.start("/api/orders", anOrder({ token: "tok_flaky" }));
    const page = await openReplay(id);
    await expect.poll(() => episodeOf(page), PATIENT).toBe("Episode 4");
    await shop.advance(1);
    await expect.poll(() => episodeOf(page), PATIENT).toBe("Episode 6");
    await page.getByRole("button", { name: "Previous episode" }).click();
    await shop.advance(60);
    await expect.poll(() => page.locator(".episodes-title").innerText(), PATIENT).toContain("of 11");
    expect(await episodeOf(page)).toBe("Episode 5");
    await page.getByRole("button", { name: "Newest" }).click();
    expect(await episodeOf(page)).toBe("Episode 11");
    await page.close();
  },
);

test.skipIf(!hasBrowser).for([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 360 }],
] as const)("the replay in the look %s", { timeout: LONG_MS }, async ([look, options]) => {
  const id = await shop.start("/api/orders", anOrder({ token: "tok_down" }));
  await shop.advance(60);
  const page = await openReplay(id, options);
  await page.getByRole("button", { name: "Previous episode" }).click();
  await page.locator(".call-new > .call-row").first().click();
  await page.locator(".line-waits").waitFor();
  await page.locator(".episodes").scrollIntoViewIfNeeded();
  await screenshot(page, `replay-${look}`);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
  await page.close();
});
