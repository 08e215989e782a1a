import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import { Api, type Resource } from "../../tools/tour/api.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { HostProcess } from "../../tools/host-process.ts";
import { testStorage, uniquePrefix } from "../support/storage.ts";

/**
 * Kills the local host with SIGKILL while an album and orders are running, and starts it again on the same task hub.
 * Azurite continues to run: its disk mode would lose acknowledged data of the seconds before its own death.
 */

const SAMPLES = path.resolve(import.meta.dirname, "../../samples/photos");
const prefix = uniquePrefix();
const storage = testStorage(prefix);
const env = { AzureWebJobsStorage: inject("storage"), SHOP_STORAGE_PREFIX: prefix };
let folder: string;
let host: HostProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "crash-"));
  host = await startHost();
});

afterAll(async () => {
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

const startHost = () => HostProcess.start(path.join(folder, "task-hub.db"), env);

async function killAndRestart(): Promise<void> {
  await host.kill();
  host = await startHost();
}

/** After a restart, the host has another port, so paths are compared without the origin. */
const pathOf = (url: string) => new URL(url).pathname;

type Order = Resource<{ step: string; completedSteps: string[] }, { kind: string }>;

describe("kill -9 in the middle of orders", () => {
  // Flaky systems keep orders busy for seconds, with pending retry timers, so that a kill always hits running orders.
  const KINDS = [
    { order: { token: "tok_ok" }, leaves: ["confirmed", ["charge"], ["booked"]] },
    { order: { token: "tok_flaky" }, leaves: ["confirmed", ["charge"], ["booked"]] },
    { order: { postalCode: "00002" }, leaves: ["confirmed", ["charge"], ["booked"]] },
    { order: { token: "tok_declined" }, leaves: ["paymentDeclined", [], []] },
    { order: { postalCode: "00000" }, leaves: ["undeliverable", ["charge", "refund"], []] },
  ];

  test("every order ends as documented, charged once and shipped once, despite four kills", async () => {
    const kinds = Array.from({ length: 4 }, () => KINDS).flat();
    const ids = await Promise.all(
      kinds.map(async ({ order }) => {
        const started = await new Api(host.url).post<{ id: string }>("/api/orders", anOrder(order));
        return started.id;
      }),
    );
    for (const pause of [150, 400, 900, 1500]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await killAndRestart();
    }
    const api = new Api(host.url);
    const { payments, carrier } = createSandbox(storage);
    const left = await Promise.all(
      ids.map(async (id) => {
        const order: Order = await api.watch(`/api/orders/${id}`, undefined, 60);
        const parcels = await carrier.shipments(id);
        return [
          order.result?.kind,
          (await payments.entries(id)).map(({ kind }) => kind),
          parcels.map(({ canceled }) => (canceled ? "canceled" : "booked")),
        ];
      }),
    );
    expect(left).toEqual(kinds.map(({ leaves }) => leaves));
  }, 90_000);
});

describe("kill -9 in the middle of an album", () => {
  type Progress = { total: number; done: number; failed: number };
  type Result = { kind: string; photos: number; renditions: number; failures: unknown[]; manifest: string };

  test("no rendition is missing", async () => {
    const names = await uploadAlbum("killed", 24);
    const { links } = await new Api(host.url).post<{ links: { self: string } }>(
      "/api/albums/killed/renditions",
      { widths: [160, 640], format: "webp" },
    );
    const self = pathOf(links.self);
    await waitForProgress(self, 4);
    await killAndRestart();
    await waitForProgress(self, 12);
    await killAndRestart();

    const api = new Api(host.url);
    const rendered: Resource<Progress, Result> = await api.watch(self, undefined, 60);
    expect(rendered.result).toMatchObject({ kind: "rendered", photos: 24, renditions: 48, failures: [] });
    const manifest = await api.get<{
      photos: { name: string; renditions: { url: string; bytes: number }[] }[];
    }>(pathOf(rendered.result?.manifest ?? ""));
    expect(manifest.photos.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { url, bytes } of manifest.photos.flatMap(({ renditions }) => renditions)) {
      expect((await api.bytes(url.startsWith("http") ? pathOf(url) : url)).byteLength).toBe(bytes);
    }
  }, 90_000);

  async function uploadAlbum(album: string, count: number): Promise<string[]> {
    const api = new Api(host.url);
    const samples = (await readdir(SAMPLES)).filter((name) => name.endsWith(".jpg"));
    const photos = await Promise.all(samples.map((name) => readFile(path.join(SAMPLES, name))));
    const names = Array.from({ length: count }, (_, index) => `photo-${index}.jpg`);
    for (const [index, name] of names.entries()) {
      const photo = new Uint8Array(photos[index % photos.length] ?? []);
      await api.put(`/api/albums/${album}/photos/${name}`, photo, "image/jpeg");
    }
    return names;
  }

  async function waitForProgress(self: string, done: number): Promise<void> {
    const api = new Api(host.url);
    for (;;) {
      const { status, progress } = await api.get<Resource<Progress, Result>>(self);
      expect(status, "it must not have ended before it is killed").not.toBe("completed");
      if (progress.done >= done) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
