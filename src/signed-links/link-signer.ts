import { createHmac, timingSafeEqual } from "node:crypto";

/** What a link allows: to answer in one round of one process, up to a moment. */
export interface LinkRight {
  readonly instanceId: string;
  /** Whose turn it is: 1 for the person asked first, 2 for the next. */
  readonly round: number;
  readonly expiresAt: Date;
}

/** `<round>.<expiry in epoch seconds>.<signature>`: the instance is in the link's own path. */
const TOKEN = /^([1-9]\d{0,8})\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

/**
 * Makes and checks tokens that only this app can make: HMAC-SHA-256 over purpose, instance, round and expiry. A token
 * can be used more than once: it is the process that takes one answer per round.
 */
export class LinkSigner {
  readonly #purpose: string;
  readonly #key: () => Promise<string>;

  /** @param purpose is signed as well: a link for one purpose is not valid for another. Never change one that is in use */
  constructor(purpose: string, key: () => Promise<string>) {
    this.#purpose = purpose;
    this.#key = key;
  }

  /** @throws {RangeError} for a right that no token can carry: its link would be refused when it is opened */
  async sign(right: LinkRight): Promise<string> {
    const expiry = Math.ceil(right.expiresAt.getTime() / 1000);
    const token = `${right.round}.${expiry}.${await this.#signature(right.instanceId, right.round, expiry)}`;
    if (TOKEN.test(token)) return token;
    throw new RangeError(`No token can be made for round ${right.round} until ${expiry}`);
  }

  /**
   * What a token allows for this instance, whether or not it has expired. Undefined if it was not made here, was made
   * for another instance, or was changed. Reads no storage, so that guessing is cheap for the app.
   */
  async verify(token: string, instanceId: string): Promise<LinkRight | undefined> {
    const [, round, expiry, signature = ""] = TOKEN.exec(token) ?? [];
    if (round === undefined || expiry === undefined) return undefined;
    const expected = await this.#signature(instanceId, Number(round), Number(expiry));
    // Compared as texts: base64url has several spellings for the same bytes, and only one of them is accepted.
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
    return { instanceId, round: Number(round), expiresAt: new Date(Number(expiry) * 1000) };
  }

  async #signature(instanceId: string, round: number, expiry: number): Promise<string> {
    // As a JSON list: two different rights never give the same text.
    const text = JSON.stringify([this.#purpose, instanceId, round, expiry]);
    return createHmac("sha256", await this.#key())
      .update(text)
      .digest("base64url");
  }
}
