import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { api, post, problemIn, run, start } from "./app.ts";

const today = () => new Date().toISOString().slice(0, 10);
const aReport = (groupBy: string) => ({ from: "2026-01-01", to: today(), groupBy });
const MAX_TRIES = 50;

/** The URL of a report that an operator has suspended before it could end. Many reports are faster. */
async function heldReport(): Promise<string> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { id, url } = await start("/api/reports", { from: "2024-01-01", to: "2024-12-31", groupBy: "day" });
    if ((await api.call("POST", `/api/instances/${id}/suspend`)).status !== 202) continue;
    for (;;) {
      const { status } = await api.get<{ status: string }>(url);
      if (status === "suspended") return url;
      if (status === "completed") break;
    }
  }
  throw new Error(`${MAX_TRIES} reports ended before they could be put on hold`);
}

beforeAll(() => run("/api/orders", anOrder()));

describe.concurrent("a report", () => {
  test.for(["day", "sku", "country"])(
    "by %s is created in the background and downloaded as a file",
    async (groupBy, { expect }) => {
      const report = await run<{ percent: number }, { kind: string; file: string }>(
        "/api/reports",
        aReport(groupBy),
      );
      expect(report).toMatchObject({ kind: "report", status: "completed", progress: { percent: 100 } });
      const file = report.result?.file ?? "";
      const answer = await api.call("GET", file);
      expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
      expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
      const [heading, first] = (await answer.text()).split("\r\n");
      expect(heading).toMatch(new RegExp(`^${groupBy},`));
      expect(first).toMatch(/./);
      const etag = answer.headers.get("etag") ?? "";
      expect((await api.call("GET", file, { headers: { "if-none-match": etag } })).status).toBe(304);
      expect((await api.call("GET", file, { headers: { range: "bytes=0-3" } })).status).toBe(206);
      expect(await problemIn(api.call("GET", file, { headers: { range: "bytes=99999999-" } }))).toMatchObject(
        {
          status: 416,
        },
      );
    },
  );

  test("with Prefer: wait returns 200 immediately", async ({ expect }) => {
    const answer = await post("/api/reports", aReport("sku"), { prefer: "wait=30" });
    expect([answer.status, answer.headers.get("preference-applied")]).toEqual([200, "wait=30"]);
    expect(await answer.json()).toMatchObject({ status: "completed", result: { kind: "reported" } });
  });

  test("requested 50 times simultaneously with one key is created once", async ({ expect }) => {
    const key = { "idempotency-key": randomUUID() };
    const report = aReport("country");
    const starts = await Promise.all(Array.from({ length: 50 }, () => start("/api/reports", report, key)));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    expect(await problemIn(post("/api/reports", aReport("day"), key))).toMatchObject({ status: 422 });
    await api.watch(starts[0]?.url ?? "");
  });

  test("that is running has no file, and is canceled by DELETE", async ({ expect }) => {
    const url = await heldReport();
    expect(await problemIn(api.call("GET", `${url}/file`))).toMatchObject({ status: 409 });
    expect((await api.call("DELETE", url)).status).toBe(202);
    expect((await api.watch(url)).status).toBe("canceled");
  });

  test("that is finished does not exist after DELETE", async ({ expect }) => {
    const { url } = await start("/api/reports", aReport("day"));
    await api.watch(url);
    expect((await api.call("DELETE", url)).status).toBe(204);
    for (const gone of [url, `${url}/file`]) {
      expect(await problemIn(api.call("GET", gone))).toMatchObject({ status: 404 });
    }
  });

  test.for([
    ["/groupBy", { groupBy: "customer" }],
    ["/to", { to: "2025-01-01" }],
    ["/from", { from: "yesterday" }],
    ["/format", { format: "xlsx" }],
  ] as const)("with a wrong %s is a 400", async ([pointer, change], { expect }) => {
    const answer = post("/api/reports", { ...aReport("day"), ...change });
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer });
  });
});

test("an unknown report is a 404 for its status, its file and its deletion", async () => {
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/file"],
    ["DELETE", ""],
  ] as const) {
    expect(await problemIn(api.call(method, `/api/reports/report-nobody${path}`))).toMatchObject({
      status: 404,
    });
  }
});
