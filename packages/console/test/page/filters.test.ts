import path from "node:path";
import { expect, test } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { servedApp } from "../support/served-app.ts";

const APPROVAL = path.resolve(import.meta.dirname, "../../../local-host/test/apps/approval");
const LETTER_MS = 120;

const browser = useBrowser();

test.skipIf(!hasBrowser)(
  "what is typed into a filter stays while new instances are drawn",
  { timeout: 60_000 },
  async () => {
    const app = await servedApp(APPROVAL);
    await app.start("approval", { hours: 72 }, "approval-0");
    const page = await browser.open(`${app.host.url}/#/instances`);
    await page.getByRole("row", { name: "approval-0" }).waitFor();
    const typed = new AbortController();
    const starts = (async () => {
      for (let n = 1; !typed.signal.aborted; n++) {
        await app.start("approval", { hours: 72 }, `approval-${n}`);
        await new Promise((resolve) => setTimeout(resolve, LETTER_MS / 2));
      }
    })();
    const filter = page.getByLabel("Id begins with");
    await filter.pressSequentially("approval-0", { delay: LETTER_MS });
    typed.abort();
    await starts;
    expect(await filter.inputValue()).toBe("approval-0");
    await expect.poll(() => page.getByRole("row", { name: /approval-\d/ }).count()).toBe(1);
    expect(page.url()).toContain("prefix=approval-0");
    await page.close();
  },
);
