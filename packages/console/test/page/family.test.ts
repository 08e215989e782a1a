import path from "node:path";
import { expect, test } from "vitest";
import { hasBrowser, screenshot, useBrowser } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const DEVICES = path.resolve(import.meta.dirname, "../../../local-host/test/apps/sub-orchestrator-retry");
const HELLO = path.resolve(import.meta.dirname, "../../../local-host/test/apps/hello-sequence");
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
    const page = await browser.open(`${app.host.url}/#/instances/${id}`);
    const children = page.getByRole("region", { name: "Children" }).getByRole("listitem");
    await expect.poll(() => children.count(), { timeout: 15_000 }).toBe(2);
    expect(await children.first().innerText()).toContain("provisionDevice");
    await children.first().getByRole("link").click();
    await page.getByText("lamp: 1").first().waitFor();
    await page.close();
  },
);

test.skipIf(!hasBrowser).for([1280, 360])(
  "ids that differ only at their ends can be told apart in the list, at %i px",
  { timeout: LONG_MS },
  async (width) => {
    const app = await servedApp(HELLO);
    const ids = [1, 2].map((line) => `import-${"de90".repeat(20)}:line-${line}`);
    for (const id of ids) await app.start("helloSequence", null, id);
    const page = await browser.open(`${app.host.url}/#/instances`, { width });
    const cells = page.locator(".row .cell-id bdi");
    await expect.poll(() => cells.count(), { timeout: 15_000 }).toBe(2);
    // All of the id is there to be copied, and its end is within the cell.
    expect((await cells.allInnerTexts()).sort()).toEqual(ids);
    const areEndsInView = await cells.evaluateAll((all) =>
      all.map((id) => {
        const text = id.ownerDocument.createRange();
        text.setStart(id.lastChild ?? id, 0);
        text.setEndAfter(id.lastChild ?? id);
        return text.getBoundingClientRect().right <= id.getBoundingClientRect().right + 1;
      }),
    );
    expect(areEndsInView).toEqual([true, true]);
    await screenshot(page, `family-ids-${width}`);
    await page.close();
  },
);
