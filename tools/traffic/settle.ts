import { setTimeout as delay } from "node:timers/promises";
import { mayBeHostFailure } from "../../src/durable/task-hub/host-failure.ts";
import type { Approver } from "./approver.ts";
import type { Client } from "./client.ts";

const PAUSE_MS = 500;

/** An instance in the API's list. */
export interface Summary {
  readonly id: string;
  readonly orchestration: string;
  readonly status: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * Waits until nothing runs any more, and nothing has failed with its worker that the rescue will continue. Returns the
 * ids of what is left after the longest time that this may take.
 */
export async function settled(
  client: Client,
  approver: Approver,
  longestMs: number,
  onSettling: (open: number) => void,
): Promise<string[]> {
  const failures = new HostFailures(client);
  let asked: readonly string[] = [];
  for (const deadline = Date.now() + longestMs; ; await delay(PAUSE_MS)) {
    const open = await instances(client, ["pending", "running", "suspended"]);
    const failed = await failures.among(await instances(client, ["failed"]));
    const left = [...open.map(({ id }) => id), ...failed];
    onSettling(left.length);
    if (left.length === 0 || Date.now() > deadline) return left;
    const refunds = open.filter(({ orchestration }) => orchestration === "refundApproval");
    const waiting = refunds.map(({ id }) => id);
    // Twice in a row: the first decision may be on its way.
    await Promise.all(waiting.filter((id) => asked.includes(id)).map((id) => approver.decideAgain(id)));
    asked = waiting;
  }
}

/** The statuses of instances that have ended. */
export const FINAL = ["completed", "failed", "canceled"] as const;

/**
 * All instances with one of the statuses, parts included.
 *
 * @throws {Error} if the app does not show them: an empty list would mean that all has ended
 */
export async function instances(client: Client, statuses: readonly string[]): Promise<Summary[]> {
  const found: Summary[] = [];
  let continuation: string | undefined;
  do {
    const query = new URLSearchParams({
      status: statuses.join(","),
      ...(continuation !== undefined && { continuation }),
    });
    const path = `/api/instances?${query.toString()}`;
    const page = await client.read<{ instances: Summary[]; continuation?: string }>(path);
    if (!page) throw new Error(`GET ${path}: no list of instances; see the app's log`);
    found.push(...page.instances);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return found;
}

/** Recognises what the rescue continues. */
class HostFailures {
  readonly #client: Client;
  readonly #known = new Map<string, boolean>();

  constructor(client: Client) {
    this.#client = client;
  }

  async among(failed: readonly Summary[]): Promise<string[]> {
    const found: string[] = [];
    // A part is started again by its process.
    for (const { id, updatedAt } of failed.filter(({ id }) => !id.includes(":"))) {
      const key = `${id} ${updatedAt}`;
      const isHostFailure = this.#known.get(key) ?? (await this.#isHostFailure(id));
      this.#known.set(key, isHostFailure);
      if (isHostFailure) found.push(id);
    }
    return found;
  }

  async #isHostFailure(id: string): Promise<boolean> {
    const detail = await this.#client.read<{ error?: { message: string } }>(`/api/instances/${id}`);
    return mayBeHostFailure(detail?.error?.message);
  }
}
