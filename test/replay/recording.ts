import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type History, historyFileText, historyOf, withClock } from "durable-replay";
import { type Shop, startShop } from "../support/shop.ts";
import { normalized, withoutIds } from "./normalize.ts";

export const HISTORIES = path.join(import.meta.dirname, "histories");

/** Far from today, so that a value of the real clock in a history is noticed. */
const START = new Date("2035-01-08T09:00:00.000Z");

/** One at a time, so that events that are due at the same time are always recorded in the same order. */
const IN_ORDER = { maxConcurrentActivityFunctions: 1, maxConcurrentOrchestratorFunctions: 1, strict: true };

/**
 * Runs a scenario on a shop of its own, whose activities also read virtual time, and returns the files with the
 * histories of all instances that it started, by name.
 */
export async function recorded(
  scenario: (shop: Shop) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const shop = await startShop({ startAt: START, settings: IN_ORDER });
  try {
    await withClock(
      () => shop.host.clock.now(),
      () => scenario(shop),
    );
    const histories = await historiesOf(shop);
    const texts = normalized(histories.map(historyFileText));
    return new Map(histories.map(({ name }, i) => [`${name}-${i + 1}.json`, texts[i] ?? ""]));
  } finally {
    await shop.host.stop();
  }
}

async function historiesOf({ host }: Shop): Promise<History[]> {
  const ids = (await host.hub.list({})).items.map(({ instanceId }) => instanceId);
  const histories = await Promise.all(
    ids.filter((id) => !id.startsWith("@")).map((id) => historyOf(host.hub, id)),
  );
  // Parents first, so that the order does not depend on ids, which are random.
  const keyOf = ({ parentInstanceId, name, events }: History) =>
    `${parentInstanceId === null ? 0 : 1} ${name} ${withoutIds(JSON.stringify(events.map((event) => ({ ...event, Timestamp: "" }))))}`;
  return histories.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Replaces the folder of a scenario. */
export async function write(name: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folder = path.join(HISTORIES, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, text] of files) await writeFile(path.join(folder, file), text);
}
