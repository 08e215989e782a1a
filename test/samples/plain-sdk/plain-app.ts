import path from "node:path";
import { pathToFileURL } from "node:url";
import { createTestHost, type TestHost, type TestHostOptions } from "durable-local-host/testing";
import type { TestInstance } from "durable-local-host/testing";
import type * as shop from "../../../samples/plain-sdk/src/shop.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../samples/plain-sdk");

/** The external systems of the sample, as the built app itself sees them. */
export type Outside = typeof shop;

/** The sample app under virtual time. It shares the process with the real app, which must be started first. */
export class PlainApp implements AsyncDisposable {
  readonly host: TestHost;
  readonly outside: Outside;

  constructor(host: TestHost, outside: Outside) {
    this.host = host;
    this.outside = outside;
  }

  /** Calls one of the sample's starters; returns the instance. */
  async start(route: string, body?: unknown): Promise<TestInstance> {
    const response = await this.post(route, body);
    if (response.status !== 202) throw new Error(`${route} returned ${response.status}`);
    return this.host.instance(((await response.json()) as { id: string }).id);
  }

  post(route: string, body?: unknown): Promise<Response> {
    return this.host.fetch(`/api/${route}`, {
      method: "POST",
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.host.stop();
  }
}

/** Starts the sample with nothing charged, booked or mailed yet. */
export async function startPlainApp(options: Omit<TestHostOptions, "app"> = {}): Promise<PlainApp> {
  const host = await createTestHost({ app: FOLDER, ...options });
  const outside = (await import(pathToFileURL(path.join(FOLDER, "dist/shop.js")).href)) as Outside;
  for (const list of [outside.bank.entries, outside.carrier.parcels, outside.outbox.mails]) list.length = 0;
  return new PlainApp(host, outside);
}
