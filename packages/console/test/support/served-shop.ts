import { createConsole } from "durable-console";
import { createLocalHost, type LocalHost, VirtualClock } from "durable-local-host";
import { inject } from "vitest";
import type { Storage } from "../../../../src/storage/storage.ts";
import { testStorage, uniquePrefix } from "../../../../test/support/storage.ts";
import { ROOT } from "../../../../tools/run.ts";

/** The shop on a real local host with the console, in virtual time that starts now. */
export interface ServedShop {
  readonly url: string;
  readonly host: LocalHost;
  readonly storage: Storage;
  advance(seconds: number): Promise<void>;
  /** Posts to the app. @returns the id of the instance that it started */
  start(path: string, body: unknown): Promise<string>;
}

/** One per test file: the app's code is loaded once, and then reads its settings. */
export async function serveShop(): Promise<ServedShop> {
  const prefix = uniquePrefix();
  process.env["AzureWebJobsStorage"] = inject("storage");
  process.env["SHOP_STORAGE_PREFIX"] = prefix;
  process.env["DURABLE_CONSOLE_OUTBOX"] = `${prefix}-outbox`;
  process.env["SHOP_RESCUE_SCHEDULE"] ??= "0 0 4 * * *";
  const clock = new VirtualClock(new Date());
  const host = await createLocalHost({ app: ROOT, port: 0, clock, console: createConsole });
  await host.start();
  clock.waitWith(() => host.idle());
  return {
    host,
    url: host.url,
    storage: testStorage(prefix),
    advance: (seconds) => clock.advance(seconds * 1000),
    async start(path, body) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(host.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await response.text();
      if (response.status !== 202) throw new Error(`${response.status} ${text}`);
      await host.idle();
      return (JSON.parse(text) as { readonly id: string }).id;
    },
  };
}
