import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { answerJson, startConsole } from "../support/console-server.ts";

const COUNT = 100_000;

const instanceAt = (at: number) => ({
  name: `orchestration${at % 7}`,
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

beforeAll(async () => {
  ({ url, stop } = await startConsole((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (!pathname.endsWith("/instances")) return false;
    const from = Number(request.headers["x-ms-continuation-token"] ?? 0);
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
