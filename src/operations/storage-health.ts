import type { Storage } from "../storage/storage.ts";

/** One thing that the app cannot do without, looked at by using it. */
export type Probe = () => Promise<void>;

const ROW = { partitionKey: "health", rowKey: "probe" };

/** Writes and reads back what is as good as nothing: an account that only answers may still refuse to store. */
export function storageProbes(storage: Storage): Readonly<Record<"tables" | "queues" | "blobs", Probe>> {
  return {
    async tables() {
      const table = await storage.table("health");
      await table.upsertEntity(ROW, "Replace");
      await table.getEntity(ROW.partitionKey, ROW.rowKey);
    },
    async queues() {
      await (await storage.queue("orders")).getProperties();
    },
    async blobs() {
      const blob = (await storage.container("health")).getBlockBlobClient("probe");
      await blob.upload("", 0);
      await blob.getProperties();
    },
  };
}
