import { createHash } from "node:crypto";

/**
 * How many keys an entity remembers. The bound is the price of a state that stays small: it is written with every
 * batch of operations, and one too large for a table moves to a blob, where lists leave it out. This takes 7 KB.
 *
 * What it buys: a sender that dies between sending and recording sends again when its message becomes visible,
 * after a minute. So a repeat is known as long as a product has fewer than 500 sales within a minute.
 */
export const REMEMBERED = 500;

/** 60 bits: a new key looks like one of 500 others once in 10^15 times. */
const FINGERPRINT = 10;

/** The memory with this key in it, or undefined if it was in there already. The oldest is forgotten. */
export function remember(seen: readonly string[], key: string): string[] | undefined {
  const fingerprint = createHash("sha256").update(key).digest("base64url").slice(0, FINGERPRINT);
  if (seen.includes(fingerprint)) return undefined;
  return [...seen, fingerprint].slice(-REMEMBERED);
}
