import type { Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import type { InstanceStatus } from "../../src/api/management-api.ts";
import type { PageOptions, TestBrowser } from "./browser.ts";
import { answerJson, startConsole } from "./console-server.ts";

export interface ServedInstances {
  readonly url: string;
  /** Adds instances, or replaces those with the same id. */
  readonly add: (...added: readonly InstanceStatus[]) => void;
  /** Opens the timeline of one. */
  readonly open: (id: string, options?: PageOptions) => Promise<Page>;
}

/** The console before instances that a test makes up. */
export function useServedInstances(browser: TestBrowser): ServedInstances {
  const instances = new Map<string, InstanceStatus>();
  let [url, stop] = ["", () => undefined as unknown];
  beforeAll(async () => {
    ({ url, stop } = await startConsole((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const found = instances.get(decodeURIComponent(pathname.split("/").at(-1) ?? ""));
      return found !== undefined && answerJson(response, found);
    }));
  });
  afterAll(() => stop());
  return {
    get url() {
      return url;
    },
    add: (...added) => added.forEach((one) => instances.set(one.instanceId, one)),
    async open(id, options = {}) {
      const page = await browser.open(`${url}/#/instances/${id}`, { hasHttpErrors: true, ...options });
      await page.getByRole("treegrid", { name: "Timeline" }).waitFor();
      return page;
    },
  };
}

export const timelineRow = (page: Page, name: string) => page.getByRole("row", { name });

/** Left edges of elements, in pixels. */
export const lefts = async (page: Page, selector: string) =>
  Promise.all((await page.locator(selector).all()).map(async (one) => (await one.boundingBox())?.x ?? -1));

/** A label has some room around it, into which the shortest bars reach. */
const PADDING_PX = 6;

/** Labels that lie on a bar of their row or on a line to the future, or that the table cuts. */
export const hiddenLabels = (page: Page) =>
  page.evaluate<readonly string[]>(`
    [...document.querySelectorAll(".timeline-row .took")].filter((label) => {
      const { left, right } = label.getBoundingClientRect();
      const bars = [...label.parentElement.querySelectorAll(".span, .due, .hold")].map((bar) => bar.getBoundingClientRect());
      const isOnBar = bars.some((bar) => bar.left < right && left + ${PADDING_PX} <= bar.right);
      return isOnBar || right > label.closest(".timeline-box").getBoundingClientRect().right;
    }).map((label) => label.textContent)`);
