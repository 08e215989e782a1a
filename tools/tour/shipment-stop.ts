import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { styleText } from "node:util";
import { ROOT } from "../run.ts";
import type { Api, Resource } from "./api.ts";
import type { Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Progress {
  readonly last: { readonly state: string; readonly place: string } | null;
  readonly checks: number;
  readonly generation: number;
}

type Watch = Resource<Progress, { readonly kind: string; readonly checks: number }>;

/** A parcel whose journey shows one end of a watch; the postal code selects the sandbox's journey. */
interface ParcelCase {
  readonly title: string;
  readonly postalCode: string;
  readonly deadline?: string;
  readonly ends: string;
}

export const PARCEL_CASES: readonly ParcelCase[] = [
  { title: "an ordinary parcel", postalCode: "10115", ends: "delivered" },
  { title: "two faults at the carrier first", postalCode: "00014", ends: "delivered" },
  { title: "lost on the way", postalCode: "00011", ends: "lost" },
  { title: "nobody was at home", postalCode: "00012", ends: "returned" },
  { title: "never arrives, deadline of six seconds", postalCode: "00013", deadline: "PT6S", ends: "overdue" },
];

const SAMPLE = join(ROOT, "samples", "orders", "two-mugs.json");
/** Days in a second or two: with its usual settings, the same watch checks every 15 minutes to 6 hours. */
const PACE = { minInterval: "PT1S", maxInterval: "PT2S", notify: "customer@example.com" };

export const shipmentStop: Stop = {
  pattern: "Monitor",
  story:
    "A parcel is checked at intervals until it arrives, with longer pauses while nothing happens. A\n" +
    "watch may take a month and costs nothing between two checks: no process waits, only a durable timer.",
  code: "src/patterns/shipment-monitor/shipment.orchestrator.ts",
  async run(api, screen) {
    const parcels = await Promise.all(PARCEL_CASES.map(({ postalCode }) => parcelTo(api, postalCode)));
    const [first = "", , , , still = ""] = parcels;
    await Promise.all(
      parcels.map((parcel, index) => watchParcel(api, parcel, PARCEL_CASES[index]?.deadline)),
    );
    await showOneWatch(api, screen, first);
    for (const [index, it] of PARCEL_CASES.entries()) await follow(api, screen, it, parcels[index] ?? "");
    await showStop(api, screen, still);
  },
};

/** Places an order; returns the tracking number of its parcel. */
async function parcelTo(api: Api, postalCode: string): Promise<string> {
  const order = JSON.parse(await readFile(SAMPLE, "utf8")) as { shipTo: object };
  const body = { ...order, shipTo: { ...order.shipTo, postalCode } };
  const { links } = await api.post<{ links: { self: string } }>("/api/orders", body);
  const { result } = await api.watch<unknown, { trackingNumber?: string }>(links.self);
  if (!result?.trackingNumber) throw new Error("The order has no parcel");
  return result.trackingNumber;
}

async function watchParcel(api: Api, parcel: string, deadline = "PT2M"): Promise<number> {
  const answer = await api.call("POST", `/api/shipments/${parcel}/watch`, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...PACE, deadline }),
  });
  return answer.status;
}

async function showOneWatch(api: Api, screen: Screen, parcel: string): Promise<void> {
  const again = await Promise.all(Array.from({ length: 20 }, () => watchParcel(api, parcel)));
  const counts = new Set(again);
  expectSame("watching the same parcel 20 times more", [...counts], [200]);
  screen.good("20 more calls to watch the same parcel: 200 and the running watch; a parcel has one watch");
}

async function follow(api: Api, screen: Screen, it: ParcelCase, parcel: string): Promise<void> {
  const seen: string[] = [];
  const watch: Watch = await api.watch(`/api/shipments/${parcel}`, ({ progress }: Watch) => {
    const state = progress.last?.state;
    if (state && state !== seen.at(-1)) seen.push(state);
    screen.live(`  ${it.title}: ${seen.join(" → ")} … ${progress.checks} checks`);
  });
  expectSame(it.title, [watch.status, watch.result?.kind], ["completed", it.ends]);
  screen.good(`${it.title}: ${styleText("bold", it.ends)} after ${watch.result?.checks ?? 0} checks`);
}

async function showStop(api: Api, screen: Screen, parcel: string): Promise<void> {
  expectSame("a new watch", await watchParcel(api, parcel), 202);
  const stopped = await api.call("DELETE", `/api/shipments/${parcel}`);
  expectSame("stopping it", stopped.status, 202);
  const { result }: Watch = await api.watch(`/api/shipments/${parcel}`);
  expectSame("a watch that was stopped", result?.kind, "stopped");
  screen.good("watched again and stopped by DELETE: the wait ends immediately");
}
