import { describe, expect, test } from "vitest";
import { linkKey } from "../../src/signed-links/link-key.ts";
import { LinkSigner } from "../../src/signed-links/link-signer.ts";
import { testStorage } from "../support/storage.ts";

const tokens = new LinkSigner("refund decision, version 1", () =>
  Promise.resolve("a key that is long enough for everybody"),
);
const right = { instanceId: "refund-1", round: 1, expiresAt: new Date("2026-11-24T10:00:00Z") };

describe("a token", () => {
  test("gives the right that it was signed for, at any time", async () => {
    const token = await tokens.sign(right);
    expect(token).toMatch(/^1\.1795514400\.[A-Za-z0-9_-]{43}$/);
    expect(await tokens.verify(token, "refund-1")).toEqual(right);
  });

  test.each([1, 9, 10, 42, 999_999_999])("contains round %d", async (round) => {
    const token = await tokens.sign({ ...right, round });
    expect(await tokens.verify(token, "refund-1")).toEqual({ ...right, round });
  });

  test.each([
    { round: 0 },
    { round: -1 },
    { round: 1.5 },
    { round: 1e21 },
    { round: 1_000_000_000 },
    { round: Number.NaN },
    { expiresAt: new Date(0) },
    { expiresAt: new Date(Number.NaN) },
    { expiresAt: new Date(1e15) },
  ])("is not made for an invalid right: %j", async (change) => {
    await expect(tokens.sign({ ...right, ...change })).rejects.toThrow(RangeError);
  });

  test("lasts to the end of the second in which it expires", async () => {
    const token = await tokens.sign({ ...right, expiresAt: new Date("2026-11-24T09:59:59.001Z") });
    expect((await tokens.verify(token, "refund-1"))?.expiresAt).toEqual(right.expiresAt);
  });

  test("is invalid for another instance, round or expiry, or with another key", async () => {
    const token = await tokens.sign(right);
    const [round, expiry, signature] = token.split(".");
    expect(await tokens.verify(token, "refund-2")).toBeUndefined();
    expect(await tokens.verify(token, "REFUND-1")).toBeUndefined();
    expect(await tokens.verify(`2.${expiry}.${signature}`, "refund-1")).toBeUndefined();
    expect(await tokens.verify(`${round}.${Number(expiry) + 1}.${signature}`, "refund-1")).toBeUndefined();
    const others = new LinkSigner("refund decision, version 1", () =>
      Promise.resolve("another key that is long enough as well"),
    );
    expect(await others.verify(token, "refund-1")).toBeUndefined();
  });

  test("is invalid if any of its characters is changed", async () => {
    const token = await tokens.sign(right);
    for (let place = 0; place < token.length; place++) {
      for (const character of ["A", "B", "0", "-", "%", "="]) {
        const changed = token.slice(0, place) + character + token.slice(place + 1);
        if (changed === token) continue;
        expect(await tokens.verify(changed, "refund-1")).toBeUndefined();
      }
    }
  });

  test.each([
    "",
    ".",
    "1..",
    "1.1795514400.",
    "0.1.x",
    "1e0.1.x",
    `1.1.${"A".repeat(43)}`,
    "x".repeat(10_000),
  ])("text %# is not a token", async (text) => {
    expect(await tokens.verify(text, "refund-1")).toBeUndefined();
  });

  test("with another encoding of the same signature is invalid", async () => {
    const token = await tokens.sign(right);
    const last = token.slice(-1);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The last character has two unused bits: the next one in the alphabet decodes to the same bytes.
    const sameBytes = token.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] ?? "");
    expect(Buffer.from(sameBytes.split(".")[2] ?? "", "base64url")).toEqual(
      Buffer.from(token.split(".")[2] ?? "", "base64url"),
    );
    expect(await tokens.verify(sameBytes, "refund-1")).toBeUndefined();
  });
});

describe("the key", () => {
  test("is the key of the settings", async () => {
    expect(await linkKey("from the settings", testStorage())()).toBe("from the settings");
  });

  test("is created once if there is none, and stored", async () => {
    const storage = testStorage();
    const keys = await Promise.all(Array.from({ length: 5 }, () => linkKey(undefined, storage)()));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await linkKey(undefined, testStorage())()).not.toBe(keys[0]);
  });
});
