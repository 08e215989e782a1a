import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TableEntity, TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { check, type CheckedInstance, loadAppForReplay, storageTaskHub } from "../src/index.ts";

/** A task hub that the real extension wrote, and its app. Both are outside the repository. */
const REPOSITORY = path.resolve(import.meta.dirname, "../../..");
const SHARED = path.join(REPOSITORY, "../shared");
const recorded = process.env["TASK_HUB_DIR"] ?? path.join(SHARED, "task-hub");
const served = path.join(process.env["CONFORMANCE_DIR"] ?? path.join(SHARED, "conformance"), "app");
const isThere = existsSync(path.join(recorded, "history.ndjson")) && existsSync(served);

const hub = `Replay${process.pid}`;
const storage = inject("storage");
const app = mkdtempSync(path.join(tmpdir(), "replay-hub-"));
const insecure = { allowInsecureConnection: true };

beforeAll(async () => {
  if (!isThere) return;
  cpSync(served, app, { recursive: true });
  symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(app, "node_modules"), "junction");
  await upload();
}, 120_000);

afterAll(async () => {
  rmSync(app, { recursive: true, force: true });
  if (!isThere) return;
  for (const table of ["Instances", "History"]) {
    await TableClient.fromConnectionString(storage, `${hub}${table}`, insecure).deleteTable();
  }
});

async function upload(): Promise<void> {
  for (const [file, table] of [
    ["instances.ndjson", "Instances"],
    ["history.ndjson", "History"],
  ] as const) {
    const client = TableClient.fromConnectionString(storage, `${hub}${table}`, insecure);
    await client.createTable();
    const rows = readFileSync(path.join(recorded, file), "utf8").trim().split("\n");
    const partitions = Map.groupBy(
      rows.map((row) => JSON.parse(row) as TableEntity),
      ({ partitionKey }) => partitionKey,
    );
    for (const partition of partitions.values()) {
      for (let at = 0; at < partition.length; at += 100) {
        await client.submitTransaction(partition.slice(at, at + 100).map((row) => ["upsert", row]));
      }
    }
  }
  const blobs = BlobServiceClient.fromConnectionString(storage);
  const container = blobs.getContainerClient(`${hub.toLowerCase()}-largemessages`);
  await container.create();
  const folder = path.join(recorded, "largemessages");
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".gz")) continue;
    const name = file.split(path.sep).join("/");
    await container.getBlockBlobClient(name).uploadFile(path.join(folder, file));
  }
}

test(
  "every instance of a real task hub replays as the extension recorded it",
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!isThere, `There is no task hub in ${recorded}; TASK_HUB_DIR and CONFORMANCE_DIR may name others.`);
    const source = storageTaskHub({ hub, connectionString: storage, app: REPOSITORY });
    const checked: CheckedInstance[] = [];
    for await (const instance of check(source, await loadAppForReplay(app))) checked.push(instance);

    const kinds = Map.groupBy(checked, ({ verdict }) => verdict.kind);
    expect([...(kinds.get("failedBefore") ?? [])].map(({ name }) => name).toSorted()).toEqual([
      "ChangesKind",
      "ChangesName",
      // Their child was terminated, which the SDK cannot replay.
      "ParentOfWaiting",
      "ParentOfWaiting",
    ]);
    expect([...kinds.keys()].toSorted()).toEqual(["failedBefore", "otherVersion", "same"]);
    // They never started, because the hub's app ran no instances of their versions.
    expect(
      (kinds.get("otherVersion") ?? []).map(({ name, version, status }) => [name, version, status]),
    ).toEqual([
      ["VersionOfSub", "1.2", "Pending"],
      ["VersionSeen", "3.0", "Pending"],
      ["VersionOfSub", "1.2", "Pending"],
      ["VersionSeen", "3.0", "Pending"],
    ]);
    expect(kinds.get("same")).toHaveLength(537);
    expect(checked.reduce((sum, { episodes }) => sum + episodes, 0)).toBe(1175);
    // The hub contains instances that hang intentionally.
    expect(checked.filter(({ status }) => status === "Running")).toHaveLength(4);

    const open: CheckedInstance[] = [];
    for await (const instance of check(source, await loadAppForReplay(app), { running: true }))
      open.push(instance);
    expect(open.map(({ instanceId }) => instanceId)).toEqual(
      checked
        .filter(({ status }) => /Running|Pending|Suspended/.test(status))
        .map(({ instanceId }) => instanceId),
    );
  },
);
