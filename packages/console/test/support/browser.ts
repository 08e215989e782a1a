import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const SCREENSHOTS = join(import.meta.dirname, "../../../../.local/console");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser. In CI there must be one; elsewhere one line says that its tests are skipped. */
export const hasBrowser = existsSync(CHROMIUM);

export interface TestBrowser {
  /** Opens a page, and fails the test if it logs an error or breaks its own policy. */
  open(url: string, options?: PageOptions): Promise<Page>;
}

export interface PageOptions {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  /** Whether the browser's own messages about answers of 4xx and 5xx are no fault. */
  readonly hasHttpErrors?: boolean;
}

/** A browser for the tests of a file. */
export function useBrowser(): TestBrowser {
  const profile = mkdtempSync(join(tmpdir(), "console-"));
  let context: BrowserContext | undefined;
  const faults: string[] = [];
  beforeAll(async () => {
    if (hasBrowser) {
      context = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS });
    } else if (process.env["CI"]) {
      throw new Error(`There is no Chromium at ${CHROMIUM}, which CI needs.`);
    } else {
      process.stderr.write(
        `Skipped: the console's browser tests need ${CHROMIUM}. Install it with: apt-get install -y chromium\n`,
      );
    }
  });
  afterAll(async () => {
    await context?.close();
    rmSync(profile, { recursive: true, force: true });
    if (faults.length > 0) throw new Error(`The pages had faults:\n${faults.join("\n")}`);
  });
  return {
    async open(url, { colorScheme = "light", width = 1280, hasHttpErrors = false } = {}) {
      if (context === undefined) throw new Error("There is no browser.");
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        const isExpected = hasHttpErrors && message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !isExpected) {
          faults.push(`${message.text()} ${message.location().url}`);
        }
      });
      await page.goto(url);
      return page;
    },
  };
}

/** By how much the page is wider than the window; evaluated in the browser. */
export const OVERFLOW = "document.documentElement.scrollWidth - innerWidth";

/** Screenshots are artefacts for people. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** What axe finds on the page: rule and place. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated, because the page's policy allows no other script.
  await page.evaluate(axe.source);
  return page.evaluate<readonly string[]>(
    "axe.run().then(({ violations }) => " +
      "violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))",
  );
}
