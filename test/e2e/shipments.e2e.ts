import { describe, expect, test } from "vitest";
import type { Resource } from "../../tools/tour/api.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { api, post, problemIn, run } from "./app.ts";

type Progress = { last: { state: string } | null; checks: number; nextCheckAt: string | null };
type Watch = Resource<Progress, { kind: string }>;

const OFTEN = { minInterval: "PT1S", maxInterval: "PT1S", notify: "customer@example.com" };

/** The path of a parcel to this postal code, which decides about its journey. */
async function parcelTo(postalCode: string): Promise<string> {
  const order = await run<object, { kind: string; trackingNumber: string }>(
    "/api/orders",
    anOrder({ postalCode }),
  );
  return `/api/shipments/${order.result?.trackingNumber}`;
}

const watch = (path: string): Promise<Watch> => api.watch(path, undefined, 100);

describe.concurrent("a watch", () => {
  test.for([
    ["delivered", "00010", 1],
    ["delivered", "10115", 5],
    ["delivered", "00014", 7],
    ["lost", "00011", 4],
    ["returned", "00012", 4],
  ] as const)("ends as %s on the way to %s", async ([kind, postalCode, checks], { expect }) => {
    const path = await parcelTo(postalCode);
    const answer = await post(`${path}/watch`, { ...OFTEN, deadline: "PT10M" });
    expect([answer.status, answer.headers.get("location")]).toEqual([202, `${api.base}${path}`]);
    const ended = await watch(path);
    expect(ended).toMatchObject({ kind: "shipment", status: "completed", result: { kind } });
    expect(ended.progress.last?.state).toBe(kind);
    expect(ended.progress.checks).toBeGreaterThanOrEqual(checks);
  });

  test.for([
    ["that never moves", "00013"],
    ["without any news from the carrier", "00015"],
  ] as const)("of a parcel %s ends as overdue", async ([, postalCode], { expect }) => {
    const path = await parcelTo(postalCode);
    await post(`${path}/watch`, { ...OFTEN, deadline: "PT3S" });
    expect((await watch(path)).result).toMatchObject({ kind: "overdue" });
  });

  test("is one per parcel, shows its progress, and stops on request", async ({ expect }) => {
    const path = await parcelTo("00013");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(`${path}/watch`, { ...OFTEN, maxInterval: "PT1H" })),
    );
    const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
    expect(statuses).toEqual([200, 200, 200, 200, 202]);
    await expect.poll(async () => (await api.get<Watch>(path)).progress.last?.state).toBe("announced");
    expect((await api.get<Watch>(path)).progress.nextCheckAt).toMatch(/Z$/);
    expect((await api.call("DELETE", path)).status).toBe(202);
    expect((await watch(path)).result).toMatchObject({ kind: "stopped" });
    expect((await api.call("DELETE", path)).status).toBe(204);
    // The next one starts from the beginning.
    expect((await post(`${path}/watch`, { ...OFTEN, deadline: "PT1S" })).status).toBe(202);
    expect((await watch(path)).result).toMatchObject({ kind: "overdue" });
  });

  test.for([
    ["/notify", { notify: "nobody" }],
    ["/deadline", { deadline: "P1Y" }],
    ["/maxInterval", { minInterval: "PT2S", maxInterval: "PT1S" }],
    ["/often", { often: true }],
  ] as const)("with a wrong %s is a 400", async ([pointer, change], { expect }) => {
    const answer = post("/api/shipments/PP00000000/watch", { ...OFTEN, ...change });
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer });
  });
});

test("an unknown parcel is a 404, to watch, to read and to stop watching", async () => {
  const path = "/api/shipments/PP0000000000000000";
  expect(await problemIn(post(`${path}/watch`, OFTEN))).toMatchObject({ status: 404 });
  expect(await problemIn(api.call("GET", path))).toMatchObject({ status: 404 });
  expect(await problemIn(api.call("DELETE", path))).toMatchObject({ status: 404 });
});
