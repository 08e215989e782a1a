import type { ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type About, EXTRAS_PATH } from "../../src/api/local-host-extras.ts";
import { hasBrowser, screenshot, useBrowser, violations } from "../support/browser.ts";
import { ABOUT, answerJson, startConsole } from "../support/console-server.ts";

const LOCAL: About = {
  ...ABOUT,
  host: "local",
  virtualTime: true,
  canKill: true,
  canAdvance: true,
  docs: ["fan-out"],
};
const DOC = `<h1>Fan-out</h1><p>Starts <b>all</b> at once.</p><script>hack()</script><iframe src="/hack"></iframe>
<img src="/hack.png"><a href="javascript:hack()">bad</a><a href="https://example.com/">good</a>`;

const browser = useBrowser();
const streams = new Set<ServerResponse>();
const requests: unknown[] = [];
let status = "Running";
let url = "";
let stop = () => undefined as unknown;

const instance = () => ({
  name: "renditions",
  instanceId: "album-1",
  runtimeStatus: status,
  input: null,
  customStatus: { done: 1, total: 4 },
  output: null,
  createdTime: "2026-11-27T11:00:00Z",
  lastUpdatedTime: "2026-11-27T11:30:00Z",
});

const changed = (event: string, data: object) =>
  streams.forEach((stream) => stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));

beforeAll(async () => {
  const server = await startConsole(
    (request, response) => {
      const path = request.url ?? "";
      if (path.startsWith("/api/openapi.json")) {
        return answerJson(response, {
          paths: { "/api/instances/{id}": { get: { operationId: "getInstance" } } },
        });
      }
      if (path.startsWith("/api/instances/")) return answerJson(response, { pattern: "fan-out" });
      if (path.includes("/instances/album-1")) return answerJson(response, instance());
      return path.includes("/instances?") && answerJson(response, [instance()]);
    },
    (request, response) => {
      const path = request.url?.replace(`${EXTRAS_PATH}/`, "");
      if (path === "about") return answerJson(response, LOCAL);
      if (path === "docs/fan-out") return Boolean(response.end(DOC));
      if (path === "kill") return Boolean(requests.push("kill") && response.destroy());
      if (path === "clock/advance") {
        void json(request).then(
          (body) => requests.push(body) && answerJson(response, { now: LOCAL.now, nextDue: null }),
        );
        return true;
      }
      if (path !== "changes") return false;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      streams.add(response);
      response.once("close", () => streams.delete(response));
      return true;
    },
  );
  ({ url, stop } = server);
});
afterAll(() => stop());

test.skipIf(!hasBrowser)("a hidden tab holds no connection", { timeout: 40_000 }, async () => {
  const page = await browser.open(url);
  await expect.poll(() => streams.size).toBe(1);
  const show = (state: string) =>
    page.evaluate(`Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
      document.dispatchEvent(new Event("visibilitychange"));`);
  await show("hidden");
  await expect.poll(() => streams.size).toBe(0);
  await show("visible");
  await expect.poll(() => streams.size).toBe(1);
  await page.close();
  await expect.poll(() => streams.size).toBe(0);
});

test.skipIf(!hasBrowser)(
  "eight visible pages share one connection, which the next one takes over",
  { timeout: 60_000 },
  async () => {
    status = "Running";
    const pages: Page[] = [];
    for (let n = 0; n < 8; n++) {
      const page = await browser.open(url);
      await page.locator(".row .status-running").waitFor();
      pages.push(page);
    }
    const becomes = async (next: string) => {
      await expect.poll(() => streams.size).toBe(1);
      status = next;
      const { customStatus: _, ...change } = instance();
      changed("instance", change);
      // Polling alone would take 15 s.
      const shown = pages.map((page) =>
        page.locator(`.row .status-${next.toLowerCase()}`).waitFor({ timeout: 9000 }),
      );
      await Promise.all(shown);
    };
    await becomes("Suspended");
    const [first] = streams;
    await pages.shift()?.close();
    await expect.poll(() => streams.size === 1 && !streams.has(first as ServerResponse)).toBe(true);
    await becomes("Completed");
    for (const page of pages) await page.close();
    await expect.poll(() => streams.size).toBe(0);
  },
);

test.skipIf(!hasBrowser)(
  "changes arrive as they happen, and after a reconnect",
  { timeout: 40_000 },
  async () => {
    status = "Running";
    const page = await browser.open(url, { hasHttpErrors: true });
    await page.locator(".row .status-running").waitFor();
    await expect.poll(() => streams.size).toBe(1);
    status = "Suspended";
    changed("instance", {
      instanceId: "album-1",
      name: "renditions",
      runtimeStatus: status,
      lastUpdatedTime: LOCAL.now,
    });
    // Polling alone would take 15 s.
    await page.locator(".row .status-suspended").waitFor({ timeout: 5000 });
    status = "Completed";
    streams.forEach((stream) => stream.destroy());
    await page.locator(".row .status-completed").waitFor({ timeout: 9000 });
    expect(await page.locator(".row .status").count()).toBe(1);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the clock is advanced, and the host is killed after a question",
  { timeout: 40_000 },
  async () => {
    // The connection of the page before would get the change.
    await expect.poll(() => streams.size).toBe(0);
    const page = await browser.open(url, { hasHttpErrors: true });
    requests.length = 0;
    await page.getByRole("button", { name: "+1 day" }).click();
    await expect.poll(() => requests).toEqual([{ by: "P1D" }]);
    await expect.poll(() => streams.size).toBe(1);
    changed("clock", { now: "2026-11-28T12:00:00Z" });
    await page.locator('.clock time[datetime^="2026-11-28T12:00:00"]').waitFor();
    await page.getByRole("button", { name: "Kill host" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(requests).toHaveLength(1);
    await page.getByRole("button", { name: "Kill host" }).click();
    await screenshot(page, "kill-light");
    await page.getByRole("dialog").getByRole("button", { name: "Kill the host" }).click();
    await expect.poll(() => requests.at(-1)).toBe("kill");
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "the pattern's page opens beside its instance, as text only",
  { timeout: 40_000 },
  async () => {
    const page = await browser.open(`${url}/#/instances/album-1`, { hasHttpErrors: true });
    await page.getByRole("button", { name: "Learn" }).click();
    const doc = page.getByRole("region", { name: "About fan-out" });
    await doc.getByRole("heading", { name: "Fan-out" }).waitFor();
    expect(await doc.locator("div").innerHTML()).not.toContain("hack");
    expect(await doc.locator("a[href]").allTextContents()).toEqual(["good"]);
    await screenshot(page, "learn-light");
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);
