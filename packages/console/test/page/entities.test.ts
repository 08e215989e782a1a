import path from "node:path";
import { expect, test } from "vitest";
import { hasBrowser, screenshot, useBrowser, violations } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const COUNTER = path.resolve(import.meta.dirname, "../../../local-host/test/apps/counter-entity");

const browser = useBrowser();

test.skipIf(!hasBrowser)(
  "entities are filtered by name, and signalled from their state",
  { timeout: 60_000 },
  async () => {
    const app = await servedApp(COUNTER);
    await app.host.hub.signalEntity({ name: "counter", key: "a b" }, "add", "1");
    await app.host.idle();
    const page = await browser.open(`${app.host.url}/#/entities?name=other`);
    await page.getByText("No entity has this name").waitFor();
    await page.getByLabel("Name").fill("Counter");
    await page.getByLabel("Name").press("Enter");
    await page.getByRole("button", { name: "a b" }).click();
    await page.getByRole("button", { name: "Signal" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Operation").fill("add");
    await dialog.getByLabel("Value as JSON").fill("not JSON");
    await dialog.getByRole("button", { name: "Signal" }).click();
    await dialog.getByText("The value is not JSON").waitFor();
    await dialog.getByLabel("Value as JSON").fill("41");
    await screenshot(page, "entity-signal-light");
    await dialog.getByRole("button", { name: "Signal" }).click();
    await page.getByText('Sent "add"').waitFor();
    const state = async () => (await app.host.hub.readEntity({ name: "counter", key: "a b" }))?.state;
    await expect.poll(state).toContain("42");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);
