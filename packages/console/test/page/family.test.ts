import path from "node:path";
import { expect, test } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const DEVICES = path.resolve(import.meta.dirname, "../../../local-host/test/apps/sub-orchestrator-retry");
const LONG_MS = 60_000;

const browser = useBrowser();

test.skipIf(!hasBrowser)(
  "children with generated ids stand below their parent, and those of another parent do not",
  { timeout: LONG_MS },
  async () => {
    const app = await servedApp(DEVICES);
    const id = await app.start("provisionDevices", ["lamp", "lock"]);
    await app.host.engine.waitForCompletion(id);
    await app.host.engine.waitForCompletion(await app.start("provisionDevices", ["door"]));
    const page = await browser.open(`${app.host.url}/#/instances/${id}`, { hasHttpErrors: true });
    const children = page.getByRole("region", { name: "Children" }).getByRole("listitem");
    await expect.poll(() => children.count(), { timeout: 15_000 }).toBe(2);
    expect(await children.first().innerText()).toContain("provisionDevice");
    await children.first().getByRole("link").click();
    await page.getByText("lamp: 1").first().waitFor();
    await page.close();
  },
);
