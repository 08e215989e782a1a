import { HttpRequest } from "@azure/functions";
import { beforeEach, describe, expect, test } from "vitest";
import { defineOrchestration, type } from "../../src/durable/orchestration/contract.ts";
import type { OrchestrationClient } from "../../src/durable/client/orchestration-client.ts";
import { releaseStart, startOnce } from "../../src/http/start.ts";
import { type Claim, type ClaimRequest, TableClaims } from "../../src/storage/claims.ts";
import { testStorage, uniquePrefix } from "../support/storage.ts";

const orchestration = defineOrchestration("something", {
  idPrefix: "thing-",
  input: type<{ a: number }>(),
  output: type<null>(),
  status: type<null>(),
});

/** The instances of the task hub, by id. Starts are recorded, but stay invisible until the test allows them. */
class Hub {
  readonly started: string[] = [];
  readonly there = new Set<string>();
  readonly client = {
    start: (_orchestration: unknown, id: string) => Promise.resolve(void this.started.push(id)),
    find: (_orchestration: unknown, id: string) =>
      Promise.resolve(this.there.has(id) ? { instanceId: id, runtimeStatus: "Running" } : undefined),
  } as unknown as OrchestrationClient;
}

/** Claims whose time is a quarter of an hour too late. */
class AgedClaims extends TableClaims {
  agedValue = "";

  override async claim(request: ClaimRequest): Promise<Claim> {
    const claim = await super.claim(request);
    return claim.kind === "same" && claim.value === this.agedValue
      ? { ...claim, claimedAt: new Date(claim.claimedAt.getTime() - 15 * 60_000) }
      : claim;
  }
}

let hub: Hub;
let claims: AgedClaims;
beforeEach(() => {
  hub = new Hub();
  claims = new AgedClaims(testStorage(uniquePrefix()));
});

function start({ key = "k", a = 1 }: { key?: string | null; a?: number } = {}) {
  const headers: Record<string, string> = key === null ? {} : { "idempotency-key": key };
  const request = new HttpRequest({ url: "http://shop.example/api/things", method: "POST", headers });
  const what = { orchestration, content: { a }, input: { a } };
  const call = { orchestrations: hub.client, url: (path: string) => `http://shop.example${path}` };
  return startOnce(request, call, claims, { ...what, path: (id) => `/api/things/${id}` });
}

describe("a start", () => {
  test("returns the resource's own URL, and the same URL when repeated", async () => {
    const answer = await start();
    const { status, headers, jsonBody } = answer;
    const { id } = jsonBody;
    expect(id).toMatch(/^thing-[0-9a-f]{32}$/);
    expect([status, headers, jsonBody.status]).toEqual([
      202,
      { location: `http://shop.example/api/things/${id}`, "retry-after": "1" },
      "pending",
    ]);
    hub.there.add(id);
    expect(await start()).toEqual(answer);
    expect(hub.started).toEqual([id]);
  });

  test("without a key creates a new instance each time", async () => {
    const [one, other] = [await start({ key: null }), await start({ key: null })];
    expect(one.jsonBody.id).not.toBe(other.jsonBody.id);
  });

  test("is refused if the key was used with other content", async () => {
    await start();
    await expect(start({ a: 2 })).rejects.toThrow("used before");
  });

  test("that was claimed but not started is started by the next request, with the same id", async () => {
    const { id } = (await start()).jsonBody;
    // As if the first process had died before its start.
    hub.started.length = 0;
    expect((await start()).jsonBody.id).toBe(id);
    expect(hub.started).toEqual([id]);
  });
});

describe("once its instance has been purged, a key", () => {
  test("is free again immediately if it was released", async () => {
    const { id } = (await start()).jsonBody;
    await releaseStart(claims, id);
    const again = (await start({ a: 2 })).jsonBody;
    expect(again.id).not.toBe(id);
    expect(hub.started).toEqual([id, again.id]);
    // A repeated purge does not free a key that is in use again.
    await releaseStart(claims, id);
    hub.there.add(again.id);
    expect((await start({ a: 2 })).jsonBody.id).toBe(again.id);
  });

  test("leads to the same new instance for all callers after ten minutes, if it was not released", async () => {
    const { id } = (await start()).jsonBody;
    claims.agedValue = id;
    const answers = await Promise.all([1, 2, 3].map(() => start()));
    const ids = new Set(answers.map(({ jsonBody }) => jsonBody.id));
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(id);
  });
});
