import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTRAS_PATH } from "../../src/api/local-host-extras.ts";
import { hasBrowser, useBrowser, violations } from "../support/browser.ts";
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
let url = "";
let stop = () => undefined as unknown;

beforeAll(async () => {
  ({ url, stop } = await startConsole(
    (request, response) =>
      (request.url ?? "").includes("/instances/chain-1") && answerJson(response, INSTANCE),
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

test.skipIf(!hasBrowser)("a host that cannot replay has no tab for it", async () => {
  canReplay = false;
  const page = await browser.open(`${url}/#/instances/chain-1?tab=replay`, { hasHttpErrors: true });
  await page.getByRole("tab", { selected: true }).waitFor();
  expect(await page.getByRole("tab", { name: "Replay" }).count()).toBe(0);
  await page.close();
});
