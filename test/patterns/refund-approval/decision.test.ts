import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { LinkSigner } from "../../../src/signed-links/link-signer.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds } from "./refunds.ts";

const KEY = "only-for-tests-only-for-tests-only-for-tests";
const tokens = new LinkSigner("refund decision, version 1", () => Promise.resolve(KEY));
const HTML = { accept: "text/html,application/xhtml+xml" };

let host: TestHost;
let storage: Storage;
let refunds: Refunds;

beforeAll(async () => {
  process.env["SHOP_DECISION_KEY"] = KEY;
  ({ host, storage } = await startShop({ startAt: new Date() }));
  refunds = new Refunds(host.url, storage);
});
afterAll(() => host?.stop());

async function waitingRefund(change: object = {}) {
  const orderId = await refunds.soldOrder();
  const id = await refunds.start(aRefund({ orderId, ...change }));
  await host.settle();
  return { id, orderId, link: await refunds.linkTo(APPROVER, id) };
}

const linkWith = (id: string, token: string) => `${host.url}/api/refunds/${id}/decision?token=${token}`;

/** The state after a refused request: its response, and the refund, which must wait as before. */
async function refusal(id: string, response: Response) {
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    detail: ((await response.json()) as { detail: string }).detail,
    waitingFor: (await refunds.find(id)).progress.waitingFor,
  };
}

const refusedWith = (status: number, detail: unknown = expect.any(String)) => ({
  status,
  contentType: "application/problem+json",
  detail,
  waitingFor: APPROVER,
});

describe("the page", () => {
  test("shows the refund and asks, and opening it changes nothing", async () => {
    const { id, orderId, link } = await waitingRefund();
    const before = await host.instance(id).historyTable();
    for (let opened = 0; opened < 3; opened++) {
      const response = await fetch(link, { headers: HTML });
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
        ),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      const page = await response.text();
      for (const shown of ["EUR 59.99", orderId, "The canvas arrived torn", APPROVER, "EUR 100.00 charged"]) {
        expect(page).toContain(shown);
      }
      expect(page).toContain('<form method="post">');
    }
    expect(await host.instance(id).historyTable()).toBe(before);
  });

  test("escapes what a caller wrote", async () => {
    const reason = `</dd><script>alert("x")</script><img src=x onerror='alert(1)'>`;
    const { link } = await waitingRefund({ reason });
    const page = await (await fetch(link)).text();
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
    expect(page).toContain(
      "&lt;/dd&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;",
    );
  });

  test("warns if an approval could not refund the amount", async () => {
    const { orderId, link } = await waitingRefund();
    expect(await (await fetch(link)).text()).not.toContain("an approval would give nothing back");
    const other = await refunds.start(aRefund({ orderId, amount: { value: 5000, currency: "EUR" } }));
    await host.instance(other).completion();
    expect(await (await fetch(link)).text()).toContain("an approval would give nothing back");
  });

  test("needs no function key, and no method but GET and POST serves it", async () => {
    const { link } = await waitingRefund();
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const response = await fetch(link, { method });
      expect(response.status).toBe(404);
    }
  });
});

describe("a link", () => {
  test("that is not signed is refused, with or without a token", async () => {
    const { id, link } = await waitingRefund();
    const forged = new LinkSigner("refund decision, version 1", () => Promise.resolve("x".repeat(44)));
    const expiresAt = new Date(Date.now() + 3_600_000);
    const bad = [
      `${link}x`,
      link.slice(0, -1),
      link.replace("?token=1.", "?token=2."),
      linkWith(id, await forged.sign({ instanceId: id, round: 1, expiresAt })),
      linkWith(id, ""),
      `${host.url}/api/refunds/${id}/decision`,
      linkWith(id, "%00%0d%0aset-cookie:x=1"),
    ];
    for (const url of bad) {
      expect(await refusal(id, await fetch(url))).toEqual(refusedWith(403));
      expect(await refusal(id, await refunds.decide(url, "approve"))).toEqual(refusedWith(403));
    }
  });

  test("of another refund is refused", async () => {
    const first = await waitingRefund();
    const second = await waitingRefund();
    const swapped = first.link.replace(first.id, second.id);
    expect(await refusal(second.id, await fetch(swapped))).toEqual(refusedWith(403));
    expect(await refusal(second.id, await refunds.decide(swapped, "approve"))).toEqual(refusedWith(403));
    expect(await refunds.givenBack(second.orderId)).toEqual([]);
  });

  test("to a refund that does not exist is refused like a forged one", async () => {
    const { id } = await waitingRefund();
    const instanceId = "refund-00000000000000000000000000000000";
    const token = await tokens.sign({ instanceId, round: 1, expiresAt: new Date(Date.now() + 60_000) });
    const unknown = await refusal(id, await fetch(linkWith(instanceId, token)));
    const forged = await refusal(id, await fetch(linkWith(id, "1.1.x")));
    expect(unknown).toEqual(forged);
  });

  test("to an instance that is not a refund is refused", async () => {
    const { id } = await waitingRefund();
    const report = await host.start("salesReport", { from: "2026-01-01", to: "2026-01-02", groupBy: "day" });
    const token = await tokens.sign({
      instanceId: report.id,
      round: 1,
      expiresAt: new Date(Date.now() + 60_000),
    });
    expect(await refusal(id, await refunds.decide(linkWith(report.id, token), "approve"))).toEqual(
      refusedWith(403),
    );
  });

  test("that has expired is refused although the refund still waits", async () => {
    const { id } = await waitingRefund();
    const token = await tokens.sign({ instanceId: id, round: 1, expiresAt: new Date(Date.now() - 1000) });
    expect(await refusal(id, await fetch(linkWith(id, token)))).toEqual(refusedWith(403));
    const decided = await refusal(id, await refunds.decide(linkWith(id, token), "approve"));
    expect(decided).toEqual(refusedWith(403, "This link has expired"));
  });

  test("is not in any response, history or log", async () => {
    const { id, link } = await waitingRefund();
    const signature = new URL(link).searchParams.get("token")?.split(".")[2] ?? "";
    const refund = JSON.stringify(await refunds.find(id));
    const history = JSON.stringify(await host.hub.history(id));
    const page = await (await fetch(link)).text();
    await refunds.decide(link, "approve");
    await host.instance(id).completion();
    const secrets = [signature, KEY];
    const told = [
      refund,
      history,
      page,
      JSON.stringify(await host.hub.history(id)),
      JSON.stringify(host.logs),
    ];
    for (const secret of secrets) for (const text of told) expect(text).not.toContain(secret);
  });
});

describe("a decision", () => {
  test.each([
    ["decision=maybe", 400],
    ["decision=approve&decision=reject", 400],
    ["decision=approve&amount=1", 400],
    ["", 400],
    [`decision=${"x".repeat(5000)}`, 413],
  ])("sent as text %# is refused", async (body, status) => {
    const { id, link } = await waitingRefund();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await refusal(id, await fetch(link, { method: "POST", body, headers }))).toEqual(
      refusedWith(status),
    );
  });

  test("sent as JSON or without a content type is refused", async () => {
    const { id, link } = await waitingRefund();
    const json = {
      method: "POST",
      body: '{"decision":"approve"}',
      headers: { "content-type": "application/json" },
    };
    expect(await refusal(id, await fetch(link, json))).toEqual(refusedWith(415));
    expect(await refusal(id, await fetch(link, { method: "POST" }))).toEqual(refusedWith(415));
  });

  test("is accepted once: the link is invalid afterwards", async () => {
    const { id, link, orderId } = await waitingRefund();
    expect((await refunds.decide(link, "reject")).status).toBe(200);
    for (const again of ["reject", "approve"]) {
      const response = await refunds.decide(link, again);
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        detail: `This refund was already decided: ${APPROVER} has rejected it`,
      });
    }
    expect((await fetch(link)).status).toBe(409);
    await host.instance(id).completion();
    expect(await refunds.givenBack(orderId)).toEqual([]);
  });

  test("after the last deadline is too late", async () => {
    const { id, link } = await waitingRefund();
    await host.instance(id).completion();
    const response = await refunds.decide(link, "approve");
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("too late") });
  });

  test("about a refund on hold, or closed from outside, is refused", async () => {
    const { id, link } = await waitingRefund();
    await host.instance(id).suspend("Looking into it");
    expect(await refusal(id, await refunds.decide(link, "approve"))).toEqual(refusedWith(409));
    await host.instance(id).resume("Looked into it");
    await host.instance(id).terminate("Not needed any more");
    expect((await refunds.decide(link, "approve")).status).toBe(409);
  });

  test("is accepted for exactly one of two simultaneous ones, as the responses show", async () => {
    for (let round = 0; round < 10; round++) {
      const { id, orderId, link } = await waitingRefund();
      const choices = ["approve", "reject", "approve", "reject"];
      const answers = await Promise.all(choices.map((choice) => refunds.decide(link, choice)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
      const taken = choices[statuses.indexOf(200)];
      await host.instance(id).completion();
      const { result } = await refunds.find(id);
      expect(result?.kind).toBe(taken === "approve" ? "approved" : "rejected");
      expect(await refunds.givenBack(orderId)).toEqual(taken === "approve" ? [5999] : []);
    }
  });

  test("shows what it has led to: of four approvals at once of one order's money, one gives it back", async () => {
    const { orderId, ...first } = await waitingRefund();
    const others = await Promise.all([1, 2, 3].map(() => refunds.start(aRefund({ orderId }))));
    await host.settle();
    const links = [first.link];
    for (const id of others) links.push(await refunds.linkTo(APPROVER, id));
    const decided = await Promise.all(links.map((link) => refunds.decide(link, "approve", HTML)));
    const opened = await Promise.all(links.map((link) => fetch(link, { headers: HTML })));
    const left = `No money was given back: Less than the amount is left of the charge of ${orderId}.`;
    for (const pages of [decided, opened]) {
      const texts = await Promise.all(pages.map((page) => page.text()));
      expect(texts.filter((text) => text.includes("The money was given back."))).toHaveLength(1);
      expect(texts.filter((text) => text.includes(left))).toHaveLength(3);
    }
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });

  test("that is refused is a page with the reason for a browser, with the same status", async () => {
    const { link } = await waitingRefund();
    await refunds.decide(link, "reject");
    for (const [response, status, text] of [
      [await refunds.decide(link, "approve", HTML), 409, "This refund was already decided"],
      [await fetch(`${link}x`, { headers: HTML }), 403, "This link is not valid"],
    ] as const) {
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.text()).toContain(text);
    }
  });
});

describe("the link's address", () => {
  test("is the address at which the caller reached the app", async () => {
    const { link, id } = await waitingRefund();
    expect(link.startsWith(`${host.url}/api/refunds/${id}/decision?token=`)).toBe(true);
  });
});
