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
    { EventType: "EventRaised", Timestamp: "9999-12-31T23:59:59Z", Name: text, Input: text },
    { EventType: "TaskCompleted", Timestamp: text, ScheduledTime: "0001-01-01T00:00:00Z", Result: text },
    { EventType: "TimerCreated", Timestamp: "2026-11-27T12:00:01Z", FireAt: text },
    {
      EventType: "EventSent",
      Timestamp: "2026-11-27T12:00:02Z",
      InstanceId: `@${text}@${text}`,
      Name: "op",
      Input: JSON.stringify({ id: text, op: text, input: text }),
    },
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

test.skipIf(!hasBrowser).for(["timeline", "sequence", "history"])(
  "hostile texts are only text in the %s and its details",
  { timeout: 60_000 },
  async (tab) => {
    const page = await browser.open(`${url}/#/instances/${encodeURIComponent(ID)}?tab=${tab}`, {
      width: 360,
      hasHttpErrors: true,
    });
    const rows = page.getByRole("tabpanel").locator("[role=row][aria-rowindex]");
    for (const { instanceId } of ALL.slice(0, 3)) {
      await page.goto(`${url}/#/instances/${encodeURIComponent(instanceId)}?tab=${tab}`);
      await rows.nth(2).waitFor();
      const count = await rows.count();
      for (let at = 1; at < count; at++) {
        await rows.nth(at).click({ position: { x: 12, y: 12 } });
        await page.getByRole("region", { name: /^(Details|Event)$/ }).waitFor();
        expect(await page.evaluate("'isHacked' in globalThis")).toBe(false);
        expect(await page.evaluate<number>(OVERFLOW), instanceId).toBeLessThanOrEqual(0);
      }
      expect(await page.locator("main img, main script").count()).toBe(0);
      expect(await page.locator("body").innerText()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    }
    await screenshot(page, `hostile-${tab}-360`);
    await page.close();
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
