import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../tools/azurite.ts";
import { ROOT } from "../../tools/run.ts";
import { Api } from "../../tools/tour/api.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { HostProcess } from "../../tools/host-process.ts";
import { uniquePrefix } from "../support/storage.ts";

/** A separate Azurite, which stops under the running app and starts again with the same ports and data. */

let folder: string;
let azurite: Azurite;
let host: HostProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "outage-"));
  azurite = await startAzurite({ folder: path.join(folder, "azurite") });
  host = await HostProcess.start(path.join(folder, "task-hub.db"), {
    AzureWebJobsStorage: azurite.connectionString,
    SHOP_STORAGE_PREFIX: uniquePrefix(),
  });
});

afterAll(async () => {
  await host.stop();
  await azurite.stop();
  await rm(folder, { recursive: true, force: true });
});

const postOrder = (key: string) =>
  fetch(`${host.url}/api/orders`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(anOrder()),
  });

/** The key for links is in storage as well, so a link can neither be refused nor accepted. */
async function expectConfidentialDecisionPage(): Promise<void> {
  const link = `${host.url}/api/refunds/refund-1/decision?token=1.1795514400.${"x".repeat(43)}`;
  const body = new URLSearchParams({ decision: "approve" });
  const calls = [{}, { method: "POST", body }].flatMap((init) => [
    [init, "text/html", "text/html; charset=utf-8"] as const,
    [init, "application/json", "application/problem+json"] as const,
  ]);
  await Promise.all(
    calls.map(async ([init, accept, contentType]) => {
      const answer = await fetch(link, { ...init, headers: { accept } });
      expect(answer.status).toBe(503);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-type": contentType,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "retry-after": "5",
      });
    }),
  );
}

test("without storage the app returns 503, and recovers when storage is available again", async () => {
  const before = await postOrder("before");
  expect(before.status).toBe(202);
  const { links } = (await before.json()) as { links: { self: string } };

  await azurite.stop();
  const [catalog, order] = await Promise.all([
    fetch(`${host.url}/api/catalog`),
    postOrder("during"),
    expectConfidentialDecisionPage(),
  ]);
  for (const answer of [catalog, order]) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ type: "urn:photo-print-shop:problem:unavailable" });
  }
  azurite = await startAzurite({ folder: path.join(folder, "azurite"), ports: azurite.ports });
  expect((await fetch(`${host.url}/api/catalog`)).status).toBe(200);
  const after = await postOrder("during");
  expect(after.status, "the key of the failed call is not used up").toBe(202);

  // The outage affects the activities of the running order, whose retries last longer.
  const api = new Api(host.url);
  expect(await api.watch(links.self, undefined, 60)).toMatchObject({ result: { kind: "confirmed" } });
  const { links: late } = (await after.json()) as { links: { self: string } };
  expect(await api.watch(late.self, undefined, 60)).toMatchObject({ result: { kind: "confirmed" } });
}, 90_000);

/** The output of the tour, and its exit code. */
async function tour(): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, ["tools/tour.ts", "--base", host.url], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { code: code as number | null, lines: said.split("\n") };
}

test("the tour of an app without storage reports this reason at each stop", async () => {
  await azurite.stop();
  const { code, lines } = await tour();
  azurite = await startAzurite({ folder: path.join(folder, "azurite"), ports: azurite.ports });
  expect(code).toBe(1);
  const reasons = lines.filter((line) =>
    line.includes("The app cannot reach its storage: /api/health reports"),
  );
  expect(reasons).toHaveLength(7);
  for (const reason of reasons) expect(reason).toContain("tables, queues, blobs");
}, 120_000);
