import { createHmac, timingSafeEqual } from "node:crypto";

/** What a decision link allows: to decide in one round of one process, up to a moment. */
export interface DecisionRight {
  readonly instanceId: string;
  /** The approver whose turn it is: 1 for the first one asked, 2 for the next. */
  readonly round: number;
  readonly expiresAt: Date;
}

/** `<round>.<expiry in epoch seconds>.<signature>`: the instance is in the link's own path. */
const TOKEN = /^([1-9]\d{0,8})\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

/**
 * Tokens that only this app can make: HMAC-SHA-256 over instance, round and expiry. That each serves once is not
 * the token's affair: the process takes one decision per round.
 */
export class DecisionTokens {
  readonly #key: () => Promise<string>;

  constructor(key: () => Promise<string>) {
    this.#key = key;
  }

  /** @throws {RangeError} for a right that no token can carry: its link would be refused when it is opened */
  async sign(right: DecisionRight): Promise<string> {
    const expiry = Math.ceil(right.expiresAt.getTime() / 1000);
    const token = `${right.round}.${expiry}.${await this.#signature(right.instanceId, right.round, expiry)}`;
    if (TOKEN.test(token)) return token;
    throw new RangeError(`No token can be made for round ${right.round} until ${expiry}`);
  }

  /**
   * What a token allows for this instance, whether or not it has expired; undefined if it was not made here, for
   * another instance, or changed. Reads no storage, so that guessing costs nobody anything.
   */
  async verify(token: string, instanceId: string): Promise<DecisionRight | undefined> {
    const [, round, expiry, signature = ""] = TOKEN.exec(token) ?? [];
    if (round === undefined || expiry === undefined) return undefined;
    const expected = await this.#signature(instanceId, Number(round), Number(expiry));
    // As texts: base64url has several spellings for the same bytes, and only ours is ours.
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
    return { instanceId, round: Number(round), expiresAt: new Date(Number(expiry) * 1000) };
  }

  async #signature(instanceId: string, round: number, expiry: number): Promise<string> {
    // As a JSON list, in which no two different rights read the same.
    const text = JSON.stringify(["refund decision, version 1", instanceId, round, expiry]);
    return createHmac("sha256", await this.#key())
      .update(text)
      .digest("base64url");
  }
}
