import { afterAll, beforeAll, expect, test } from "vitest";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { answerJson, startConsole } from "../support/console-server.ts";

const MARKUP = `<img src=x onerror="globalThis.isHacked=true"><script>globalThis.isHacked=true</script>`;
const BIDI = "\u202Eevil\u2066\u0000";
const LONG = `${MARKUP}${"W".repeat(16 * 1024)}`;
const ID = `a/../b?c#d %41 ${MARKUP}${BIDI}`;

const instance = (id: string, text: string) => ({
  name: text,
  instanceId: id,
  runtimeStatus: text,
  input: text,
  customStatus: { step: text, done: 1e308, total: -1, waitingFor: text },
  output: { [text]: text },
  createdTime: "2026-11-27T12:00:00Z",
  lastUpdatedTime: text,
  historyEvents: [
    { EventType: "TaskFailed", Timestamp: text, FunctionName: text, Reason: text, Details: text },
    {
      EventType: "SubOrchestrationInstanceCreated",
      Timestamp: text,
      Name: text,
      InstanceId: ID,
      Input: text,
    },
    { EventType: text, Timestamp: "2026-11-27T12:00:00Z" },
  ],
});
const ALL = [
  instance(ID, MARKUP),
  instance("javascript:alert(1)", BIDI),
  instance(LONG.slice(0, 2000), LONG),
  instance("__proto__", "constructor"),
];

const browser = useBrowser();
let url = "";
let stop = () => undefined as unknown;

beforeAll(async () => {
  ({ url, stop } = await startConsole((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname.endsWith("/instances")) return answerJson(response, ALL);
    if (pathname.endsWith("/entities")) {
      const entityId = { name: MARKUP, key: LONG };
      return answerJson(response, [{ entityId, lastOperationTime: BIDI, state: { [MARKUP]: LONG } }]);
    }
    const id = decodeURIComponent(pathname.split("/").at(-1) ?? "");
    const found = ALL.find(({ instanceId }) => instanceId === id);
    return found === undefined ? false : answerJson(response, found);
  }));
});
afterAll(() => stop());

test.skipIf(!hasBrowser).for([1280, 360])(
  "hostile names, ids, statuses and values are only text, at %i px",
  { timeout: 60_000 },
  async (width) => {
    const addresses = [
      "/",
      "/#/entities",
      ...ALL.map(({ instanceId }) => `/#/instances/${encodeURIComponent(instanceId)}`),
    ];
    for (const [at, address] of addresses.entries()) {
      const page = await browser.open(url + address, { width, hasHttpErrors: true });
      await page.locator("h1").first().waitFor();
      await page.waitForLoadState("networkidle");
      for (const button of await page.locator("main button[aria-expanded]").all()) await button.click();
      await screenshot(page, `hostile-${at}-${width}`);
      expect(await page.evaluate("'isHacked' in globalThis"), address).toBe(false);
      expect(await page.evaluate("document.images.length"), address).toBe(0);
      expect(await page.evaluate<number>(OVERFLOW), address).toBeLessThanOrEqual(0);
      expect(await page.locator("body").innerText()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
      expect(await violations(page), address).toEqual([]);
      await page.close();
    }
  },
);

test.skipIf(!hasBrowser)(
  "a link in the list opens the instance with the hostile id",
  { timeout: 30_000 },
  async () => {
    const page = await browser.open(url, { hasHttpErrors: true });
    await page.getByRole("link", { name: "a/../b" }).click();
    await page.getByRole("region", { name: "Instance" }).waitFor();
    expect(await page.locator(".facts").innerText()).toContain("a/../b?c#d %41 <img");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "an app without an OpenAPI document has the commands and the start by name",
  async () => {
    const page = await browser.open(`${url}/#/start`, { hasHttpErrors: true });
    await page.getByRole("heading", { name: "Start an orchestration by its name" }).waitFor();
    expect(await page.locator(".operations h2").count()).toBe(0);
    await page.close();
  },
);
