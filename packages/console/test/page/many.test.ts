import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { answerJson, startConsole } from "../support/console-server.ts";

const COUNT = 100_000;

const RARE = 90_000;
/** Instances from here on are answered only when the test lets them. */
const HELD_FROM = 50_000;

const instanceAt = (at: number) => ({
  name: at === RARE ? "rareOne" : `orchestration${at % 7}`,
  instanceId: `instance-${String(at).padStart(6, "0")}`,
  runtimeStatus: ["Running", "Completed", "Failed"][at % 3],
  input: null,
  customStatus: { done: at % 10, total: 10 },
  output: null,
  createdTime: new Date(1_700_000_000_000 + at * 1000).toISOString(),
  lastUpdatedTime: new Date(1_700_000_100_000 + at * 1000).toISOString(),
});

const browser = useBrowser();
let url = "";
let stop = () => undefined as unknown;
let held = Promise.resolve();

beforeAll(async () => {
  ({ url, stop } = await startConsole(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (!pathname.endsWith("/instances")) return false;
    const from = Number(request.headers["x-ms-continuation-token"] ?? 0);
    if (from >= HELD_FROM) await held;
    const to = Math.min(COUNT, from + Number(searchParams.get("top")));
    const page = Array.from({ length: to - from }, (_, at) => instanceAt(from + at));
    return answerJson(response, page, to < COUNT ? { "x-ms-continuation-token": String(to) } : {});
  }));
});
afterAll(() => stop());

test.skipIf(!hasBrowser)(
  "100,000 instances are paged through with few rows in the page",
  { timeout: 120_000 },
  async () => {
    const page = await browser.open(url, { hasHttpErrors: true });
    await page.locator(".row .status").first().waitFor();
    const shown = await page.evaluate<number>("performance.now()");
    const rows = page.getByRole("table");
    const started = performance.now();
    const last = page.getByText(instanceAt(COUNT - 1).instanceId);
    while ((await last.count()) === 0) {
      await rows.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await page.waitForTimeout(5);
      if (performance.now() - started > 100_000) break;
    }
    expect(await last.count()).toBe(1);
    const drawn = await page.locator(".row").count();
    const heap = await page.evaluate<number>("performance.memory.usedJSHeapSize");
    expect(drawn).toBeLessThan(100);
    await rows.evaluate((element) => element.scrollTo(0, 0));
    await page.getByText(instanceAt(0).instanceId).waitFor();
    process.stdout.write(
      `First rows drawn ${Math.round(shown)} ms after the navigation; to the end in ` +
        `${Math.round((performance.now() - started) / 1000)} s; heap ${(heap / 1e6).toFixed(1)} MB\n`,
    );
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the search for a rare name goes on to its instance, can be stopped and go on",
  { timeout: 60_000 },
  async () => {
    const gate = Promise.withResolvers<void>();
    held = gate.promise;
    const page = await browser.open(`${url}/#/instances?name=rareone`, { hasHttpErrors: true });
    const progress = page.locator(".search-progress");
    await expect.poll(() => progress.innerText(), { timeout: 20_000 }).toContain("Searched 50,200");
    await page.getByRole("button", { name: "Stop" }).click();
    gate.resolve();
    await expect.poll(() => progress.innerText()).toContain("Stopped after 51,200 instances");
    expect(await page.locator(".row .cell-name").count()).toBe(1);
    await page.getByRole("button", { name: "Search on" }).click();
    await page.getByText(instanceAt(RARE).instanceId).waitFor();
    await expect.poll(() => page.locator(".bar .count").innerText()).toBe("1, in the order of the store");
    expect(await progress.count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "a name that no instance has ends in a clear answer",
  { timeout: 60_000 },
  async () => {
    const page = await browser.open(`${url}/#/instances?name=nobody`, { hasHttpErrors: true });
    const answer = page.getByText("No instance matches the filters");
    await expect.poll(() => answer.count(), { timeout: 30_000 }).toBe(1);
    await page.close();
  },
);
