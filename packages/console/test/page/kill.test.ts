import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder } from "../../../../test/patterns/order-chaining/order-samples.ts";
import { freePort } from "../../../../tools/free-port.ts";
import { END_WITH_PARENT, ROOT } from "../../../../tools/run.ts";
import type { About } from "../../src/api/local-host-extras.ts";
import { hasBrowser, screenshot, useBrowser } from "../support/browser.ts";

const LONG_MS = 180_000;
const ORDERS = 8;

const browser = useBrowser();
const data = mkdtempSync(join(tmpdir(), "console-kill-"));
let url = "";
let app: ChildProcess | undefined;

/** What `npm start` runs, with an Azurite and a task hub of its own. */
beforeAll(async () => {
  if (!hasBrowser) return;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = [END_WITH_PARENT, join(ROOT, "tools/start.ts"), "--port", String(port), "--data", data];
  app = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit", "ipc"] });
  for await (const line of createInterface({ input: app.stdout as Readable })) {
    if (line.startsWith(`Ready on ${url}`)) break;
  }
  app.stdout?.resume();
}, LONG_MS);

afterAll(async () => {
  if (app !== undefined && app.exitCode === null) {
    const ended = once(app, "exit");
    app.kill("SIGTERM");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
}, 30_000);

const about = async () => (await (await fetch(`${url}/runtime/console/about`)).json()) as About;

test.skipIf(!hasBrowser)(
  "the host is killed while the page watches: it comes back, and everything finishes",
  { timeout: LONG_MS },
  async () => {
    const before = await about();
    expect(before).toMatchObject({
      host: "local",
      canKill: true,
      canKillWorker: true,
      canReplay: true,
      canReadMails: true,
    });
    const page = await browser.open(`${url}/#/instances?name=orderFulfilment`, { hasHttpErrors: true });
    // Their payment fails twice and is tried again after 1 and 2 seconds, so they run when the host is killed.
    for (let i = 0; i < ORDERS; i++) {
      const body = JSON.stringify(anOrder({ token: "tok_flaky" }));
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${url}/api/orders`, { method: "POST", headers, body });
      expect(response.status).toBe(202);
    }
    await page.locator(".row .status-running").first().waitFor();
    // The worker first: the host stays, and its activities are tried again.
    await page.getByRole("button", { name: "Kill worker" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Kill the worker" }).click();
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect((await about()).hostId).toBe(before.hostId);
    await page.getByRole("button", { name: "Kill host" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Kill the host" }).click();
    await page.getByText("The host was killed, and is starting again").waitFor({ timeout: 20_000 });
    await screenshot(page, "killed-light");
    await expect
      .poll(() => page.locator(".row .status-completed").count(), { timeout: 100_000 })
      .toBe(ORDERS);
    expect(await page.locator(".row .status").count()).toBe(ORDERS);
    expect(await page.locator(".banner").count()).toBe(0);
    expect((await about()).hostId).not.toBe(before.hostId);
    await page.close();
  },
);
