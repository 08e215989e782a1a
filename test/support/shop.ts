import path from "node:path";
import { inject } from "vitest";
import { createTestHost, type TestHost, type TestHostOptions } from "durable-local-host/testing";
import type { Storage } from "../../src/storage/storage.ts";
import { testStorage, uniquePrefix } from "./storage.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** One per process, because the app's code is loaded once per process and then reads its settings. */
const prefix = uniquePrefix();

/** The built app on the local host, and the storage of its services, to check their effects. */
export interface Shop {
  readonly host: TestHost;
  readonly storage: Storage;
}

/** Starts the shop in virtual time. Its services use the real Azurite, with separate names for this test file. */
export async function startShop(options: Omit<TestHostOptions, "app"> = {}): Promise<Shop> {
  process.env["AzureWebJobsStorage"] = inject("storage");
  process.env["SHOP_STORAGE_PREFIX"] = prefix;
  // Running it every minute of virtual months would take too long; the tests of the rescue use another schedule.
  process.env["SHOP_RESCUE_SCHEDULE"] ??= "0 0 4 * * *";
  return { host: await createTestHost({ app: ROOT, ...options }), storage: testStorage(prefix) };
}
