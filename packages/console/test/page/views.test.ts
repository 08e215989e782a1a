import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTRAS_PATH } from "../../src/api/local-host-extras.ts";
import { hasBrowser, screenshot, useBrowser, violations } from "../support/browser.ts";
import { ABOUT, answerJson, startConsole } from "../support/console-server.ts";

const INSTANCE = {
  name: "chain",
  instanceId: "chain-1",
  runtimeStatus: "Completed",
  input: null,
  customStatus: null,
  output: null,
  createdTime: "2026-11-27T11:00:00Z",
  lastUpdatedTime: "2026-11-27T11:30:00Z",
};

const browser = useBrowser();
let canReplay = true;
let change: Readonly<Record<string, unknown>> = {};
let url = "";
let stop = () => undefined as unknown;

beforeAll(async () => {
  ({ url, stop } = await startConsole(
    (request, response) =>
      (request.url ?? "").includes("/instances/chain-1") && answerJson(response, { ...INSTANCE, ...change }),
    (request, response) =>
      request.url === `${EXTRAS_PATH}/about` && answerJson(response, { ...ABOUT, canReplay }),
  ));
});
afterAll(() => stop());

const TITLES = ["Timeline", "Sequence", "Flow", "History", "Replay"];

test.skipIf(!hasBrowser)("the views of an instance are tabs, also for the keyboard", async () => {
  const page = await browser.open(`${url}/#/instances/chain-1?learn=1`, { hasHttpErrors: true });
  const tabs = page.getByRole("tab");
  const chosen = page.getByRole("tab", { selected: true });
  await tabs.first().waitFor();
  expect((await tabs.allTextContents()).map((text) => text.replace(/ [\d,]+$/, ""))).toEqual(TITLES);
  await chosen.focus();
  for (const [key, at] of [
    ["ArrowLeft", -1],
    ["ArrowRight", 0],
    ["End", -1],
    ["Home", 0],
    ["ArrowRight", 1],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(() => page.locator(":focus").textContent(), { message: key }).toContain(TITLES.at(at));
    expect(await chosen.count()).toBe(1);
    expect(await chosen.textContent()).toContain(TITLES.at(at));
    expect(await page.getByRole("tabpanel", { name: TITLES.at(at) ?? "" }).count()).toBe(1);
  }
  expect(page.url()).toContain(`learn=1&tab=${TITLES[1]?.toLowerCase()}`);
  await page.reload();
  await expect.poll(() => chosen.textContent()).toContain(TITLES[1]);
  expect(await violations(page)).toEqual([]);
  await page.close();
});

test.skipIf(!hasBrowser)("values are folded, so that the views are in sight at 360 px", async () => {
  const failure =
    'chain failed: The bank is closed. {"$type":"System.Exception","stack":"secret place"}\n  at x';
  change = {
    runtimeStatus: "Failed",
    input: { lines: Array.from({ length: 40 }, (_, line) => ({ line, note: "fragile ".repeat(9) })) },
    customStatus: { done: 3, total: 9 },
    output: failure,
  };
  const page = await browser.open(`${url}/#/instances/chain-1`, { hasHttpErrors: true, width: 360 });
  const panel = (name: string) => page.getByRole("region", { name });
  await panel("Failure").waitFor();
  expect(await panel("Failure").innerText()).toBe("Failure\nchain failed: The bank is closed.");
  const tabs = await page.getByRole("tab").all();
  for (const tab of tabs) {
    const { x = 999, y = 999, width = 0 } = (await tab.boundingBox()) ?? {};
    expect(y).toBeLessThan(400);
    expect(x + width).toBeLessThanOrEqual(360);
  }
  expect(await panel("Custom status").innerText()).toContain("3 of 9");
  await screenshot(page, "values-narrow");
  await panel("Failure").locator("summary").click();
  expect(await panel("Failure").locator("pre").innerText()).toBe(failure);
  await panel("Input").locator("summary").click();
  expect(await panel("Input").locator("pre").innerText()).toContain('"line": 0');
  expect(await violations(page)).toEqual([]);
  await page.close();
});

test.skipIf(!hasBrowser)("the reason of a suspension or a termination is not called output", async () => {
  for (const runtimeStatus of ["Suspended", "Terminated"]) {
    change = { runtimeStatus, output: "From the console" };
    const page = await browser.open(`${url}/#/instances/chain-1`, { hasHttpErrors: true });
    await page.getByRole("region", { name: "Reason" }).waitFor();
    expect(await page.getByRole("region", { name: "Output" }).count()).toBe(0);
    await page.close();
  }
  change = {};
});

test.skipIf(!hasBrowser)("a host that cannot replay has no tab for it", async () => {
  canReplay = false;
  const page = await browser.open(`${url}/#/instances/chain-1?tab=replay`, { hasHttpErrors: true });
  await page.getByRole("tab", { selected: true }).waitFor();
  expect(await page.getByRole("tab", { name: "Replay" }).count()).toBe(0);
  await page.close();
});
