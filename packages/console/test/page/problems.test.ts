import path from "node:path";
import { expect, test } from "vitest";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const APPROVAL = path.resolve(import.meta.dirname, "../../../local-host/test/apps/approval");
const CAUSE = "'Decided' matches 'decided' except for its case";

const browser = useBrowser();

/** Two instances, of which the second waits forever, because the event's name has another case. */
async function hostWithProblem() {
  const app = await servedApp(APPROVAL);
  await app.start("approval", { hours: 3 }, "waits");
  await app.start("approval", { hours: 3 }, "hangs");
  await app.host.idle();
  return app;
}

test.skipIf(!hasBrowser)(
  "a problem appears in red in the list, the header and on its instance, and goes when it ends",
  { timeout: 60_000 },
  async () => {
    const { host } = await hostWithProblem();
    const page = await browser.open(host.url, { hasHttpErrors: true });
    await page.getByRole("link", { name: "hangs" }).waitFor();
    expect(await page.locator(".problem-mark, .problem-count").count()).toBe(0);
    await host.hub.raiseEvent("hangs", "Decided", "true");
    // Polling alone would take 15 s.
    const row = page.getByRole("row", { name: "hangs" });
    await row.getByRole("img", { name: CAUSE }).waitFor({ timeout: 5000 });
    expect(await page.getByRole("img", { name: "Problem" }).count()).toBe(1);
    await page.getByRole("link", { name: "hangs" }).click();
    await page.getByRole("alert").filter({ hasText: CAUSE }).waitFor();
    await screenshot(page, "problem-light");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "1 instance with a problem" }).click();
    await page.getByRole("listitem").filter({ hasText: CAUSE }).waitFor();
    await screenshot(page, "problems-light");
    await host.hub.terminate("hangs", "test");
    await page.getByRole("heading", { name: "No instance has a problem" }).waitFor();
    expect(await page.locator(".problem-count").count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser).for([
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 360 }],
] as const)("problems are readable in the look %s", { timeout: 60_000 }, async ([look, options]) => {
  const { host } = await hostWithProblem();
  await host.hub.raiseEvent("hangs", "Decided", "true");
  for (const [name, address] of [
    ["list", "/"],
    ["instance", "/#/instances/hangs"],
    ["problems", "/#/problems"],
  ]) {
    const page = await browser.open(host.url + address, { ...options, hasHttpErrors: true });
    await page.locator(".problem-count").waitFor();
    await page.locator(".problem-mark, .problem-band, .problem-list li").first().waitFor();
    await screenshot(page, `problem-${name}-${look}`);
    expect(await violations(page), name).toEqual([]);
    expect(await page.evaluate<number>(OVERFLOW), name).toBeLessThanOrEqual(0);
    await page.close();
  }
});
