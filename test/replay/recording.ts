import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type History, historyFileText, historyOf } from "durable-replay";
import { ROOT } from "../../tools/run.ts";
import { type Shop, startShop } from "../support/shop.ts";

export const HISTORIES = path.join(import.meta.dirname, "histories");

/** In the future, because links are checked with the real clock. */
const START = new Date("2035-01-08T09:00:00.000Z");

/**
 * Runs a scenario on a shop of its own and writes the histories of all instances that it started. Returns their number.
 */
export async function record(name: string, scenario: (shop: Shop) => Promise<void>): Promise<number> {
  const shop = await startShop({ startAt: START });
  try {
    await scenario(shop);
    const histories = await historiesOf(shop);
    await write(path.join(HISTORIES, name), histories);
    return histories.length;
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
    `${parentInstanceId === null ? 0 : 1} ${name} ${JSON.stringify(events.map((event) => ({ ...event, Timestamp: "" }))).replaceAll(RANDOM, "")}`;
  return histories.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function write(folder: string, histories: readonly History[]): Promise<void> {
  const texts = stable(histories.map(historyFileText));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    texts.map((text, i) => writeFile(path.join(folder, `${histories[i]?.name}-${i + 1}.json`), text)),
  );
}

/** Ids with or without hyphens: of requests, instances and executions. */
const RANDOM =
  /(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9a-f])/g;
const ORIGIN = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/g;
/** The folder of this repository in stack traces: it differs from machine to machine. */
const FOLDER = ROOT.replace(/[\\/]$/, "").replaceAll("\\", "/");
const DIGITS = 32;

/** Replaces random ids by ids that are the same in every recording; equal ids stay equal. */
function stable(texts: readonly string[]): string[] {
  // The waits of a watch depend on its id, which is derived from an idempotency key, so it is not replaced.
  const kept = new Set(texts.flatMap((text) => text.match(/(?<=watchId\\*":\\*")[0-9a-f-]+/g) ?? []));
  const known = new Map<string, string>();
  const idFor = (id: string): string => {
    if (kept.has(id)) return id;
    const bare = id.replaceAll("-", "");
    const number = known.get(bare) ?? String(known.size + 1).padStart(DIGITS, "0");
    known.set(bare, number);
    return id === bare ? number : number.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  return texts.map((text) =>
    text.replaceAll(FOLDER, "/app").replaceAll(RANDOM, idFor).replaceAll(ORIGIN, "http://127.0.0.1:7071"),
  );
}
