import { z } from "zod";
import { failureMessage } from "../durable/orchestration/failure.ts";
import type { Log } from "../durable/orchestration/log.ts";
import type { TaskHub } from "../durable/task-hub/task-hub.ts";
import type { Storage } from "../storage/storage.ts";
import type { Rescues } from "../storage/rescues.ts";
import { patternOfInstance } from "../patterns/patterns.ts";
import { instant } from "../values.ts";
import { findStuck, type StuckInstances } from "./stuck-instances.ts";

const part = z.object({ status: z.enum(["ok", "failing", "stuck"]), milliseconds: z.int() });
type PartHealth = z.infer<typeof part>;

/** Public, so it contains no host names, ids or error messages: those are in the log. */
export const health = z
  .object({
    /** `degraded`: the app works, but some instances make no progress. */
    status: z.enum(["healthy", "degraded", "unhealthy"]),
    checkedAt: instant,
    parts: z.object({ tables: part, queues: part, blobs: part, taskHub: part, instances: part }),
    stuckInstances: z.record(z.string(), z.int()).describe("How many, by pattern"),
    givenUpInstances: z
      .record(z.string(), z.int())
      .describe(
        "Instances that failed with their worker process and could not be rescued: how many, by pattern",
      ),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof health>;

/** For the whole check, because its parts run at the same time. */
const TIME_LIMIT_MS = 5000;
/** Requests cannot make the app check more often than this. */
const VALID_FOR_MS = 5000;

/** Checks each part by using it. Requests at the same time, or within a short time, share one check. */
export class HealthCheck {
  readonly #storage: Storage;
  readonly #rescues: Rescues;
  #last: { readonly at: number; readonly health: Promise<Health> } | undefined;

  constructor(storage: Storage, rescues: Rescues) {
    this.#storage = storage;
    this.#rescues = rescues;
  }

  check(taskHub: TaskHub, log: Log): Promise<Health> {
    const now = performance.now();
    if (!this.#last || now - this.#last.at > VALID_FOR_MS) {
      this.#last = { at: now, health: this.#check(taskHub, log) };
    }
    return this.#last.health;
  }

  async #check(taskHub: TaskHub, log: Log): Promise<Health> {
    const probe = (part: string, run: Probe) =>
      timed(run, (error) => log.error("partFailed", { part, reason: failureMessage(error) }));
    const storage = storageProbes(this.#storage);
    let stuckInstances: StuckInstances = {};
    const givenUpInstances: Record<string, number> = {};
    const [tables, queues, blobs, hub, instances] = await Promise.all([
      probe("tables", storage.tables),
      probe("queues", storage.queues),
      probe("blobs", storage.blobs),
      probe("taskHub", async () => {
        await taskHub.instances({ statuses: ["Pending"], top: 1 }, TIME_LIMIT_MS);
      }),
      probe("instances", async () => {
        stuckInstances = await findStuck(taskHub, new Date(), TIME_LIMIT_MS);
        for await (const id of this.#rescues.closed("givenUp")) {
          const pattern = patternOfInstance(id)?.name ?? "unknown";
          givenUpInstances[pattern] = (givenUpInstances[pattern] ?? 0) + 1;
        }
      }),
    ]);
    const stuck = Object.values(stuckInstances).reduce((sum, count) => sum + count, 0);
    if (stuck > 0) log.warn("instancesStuck", { instances: stuck });
    const isStuck = Object.keys({ ...stuckInstances, ...givenUpInstances }).length > 0;
    const isFailing = [tables, queues, blobs, hub].some(({ status }) => status === "failing");
    return {
      status: isFailing ? "unhealthy" : isStuck || instances.status === "failing" ? "degraded" : "healthy",
      checkedAt: new Date().toISOString(),
      parts: {
        tables,
        queues,
        blobs,
        taskHub: hub,
        instances: isStuck ? { ...instances, status: "stuck" } : instances,
      },
      stuckInstances,
      givenUpInstances,
    };
  }
}

/** The result of a probe; one that takes too long has failed. Never rejects. */
async function timed(run: Probe, report: (error: unknown) => void): Promise<PartHealth> {
  const start = performance.now();
  const milliseconds = () => Math.round(performance.now() - start);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, TIME_LIMIT_MS, new Error(`No answer within ${TIME_LIMIT_MS} ms`));
  try {
    await Promise.race([run(), tooLate]);
    return { status: "ok", milliseconds: milliseconds() };
  } catch (error) {
    report(error);
    return { status: "failing", milliseconds: milliseconds() };
  } finally {
    clearTimeout(timer);
  }
}

/** Checks one part that the app needs by using it. */
export type Probe = () => Promise<void>;

const ROW = { partitionKey: "health", rowKey: "probe" };

/** Writes and reads a small amount of data, because an account that can be read may still refuse writes. */
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
