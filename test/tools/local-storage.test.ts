import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, onTestFinished, test, vi } from "vitest";
import { type LocalStorage, localStorage } from "../../tools/local-storage.ts";

// Up to four Azurites, one after the other.
vi.setConfig({ testTimeout: 120_000 });

/** Whose storage a run gets: that of its own data folder, whatever else runs on this machine. */

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "data-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function started(data: string): Promise<LocalStorage> {
  const storage = await localStorage(data);
  onTestFinished(() => storage.stop());
  return storage;
}

const hold = async ({ connectionString }: LocalStorage, container: string) => {
  await BlobServiceClient.fromConnectionString(connectionString).createContainer(container);
};
const holds = ({ connectionString }: LocalStorage, container: string) =>
  BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container).exists();

test("a folder does not take the Azurite of another one that has its ports by now", async () => {
  const [first, second] = [await folder(), await folder()];
  const before = await started(first);
  await hold(before, "of-the-first");
  await before.stop();
  const other = await started(second);
  const again = await started(first);
  expect(again.connectionString).not.toBe(other.connectionString);
  expect([await holds(again, "of-the-first"), await holds(other, "of-the-first")]).toEqual([true, false]);
  // And it does not go down with it.
  await other.stop();
  expect(await holds(again, "of-the-first")).toBe(true);
});

test("a copy of a folder does not take the Azurite of the original", async () => {
  const [original, copy] = [await folder(), await folder()];
  const storage = await started(original);
  await cp(original, copy, { recursive: true, filter: (file) => !file.includes("azurite.lock") });
  expect((await started(copy)).connectionString).not.toBe(storage.connectionString);
});

test("runs on one folder share its Azurite, also if they start at the same time", async () => {
  const data = await folder();
  const both = await Promise.all([started(data), started(data)]);
  expect(both[0]?.connectionString).toBe(both[1]?.connectionString);
  expect((await started(data)).description).toContain("already running for this folder");
});
