import { createHmac, timingSafeEqual } from "node:crypto";

/** What a link allows: to answer in one round of one process, until a given time. */
export interface LinkRight {
  readonly instanceId: string;
  /** 1 for the person who is asked first, 2 for the next. */
  readonly round: number;
  readonly expiresAt: Date;
}

/** `<round>.<expiry in epoch seconds>.<signature>`: the instance is in the link's path. */
const TOKEN = /^([1-9]\d{0,8})\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

/**
 * Creates and verifies tokens that only this app can create: HMAC-SHA-256 over purpose, instance, round and expiry. A
 * token can be used more than once; the process accepts only one answer per round.
 */
export class LinkSigner {
  readonly #purpose: string;
  readonly #key: () => Promise<string>;

  /**
   * @param purpose is also signed: a link for one purpose is not valid for another. Do not change a purpose that is in
   * use
   */
  constructor(purpose: string, key: () => Promise<string>) {
    this.#purpose = purpose;
    this.#key = key;
  }

  /** @throws {RangeError} for a right that does not fit into a token, because its link would be refused */
  async sign(right: LinkRight): Promise<string> {
    const expiry = Math.ceil(right.expiresAt.getTime() / 1000);
    const token = `${right.round}.${expiry}.${await this.#signature(right.instanceId, right.round, expiry)}`;
    if (TOKEN.test(token)) return token;
    throw new RangeError(`No token can be made for round ${right.round} until ${expiry}`);
  }

  /**
   * The right of a token for this instance, even if it has expired. Undefined if it was not created here, is for
   * another instance, or was changed. Reads no storage, so that guesses cost the app little.
   */
  async verify(token: string, instanceId: string): Promise<LinkRight | undefined> {
    const [, round, expiry, signature = ""] = TOKEN.exec(token) ?? [];
    if (round === undefined || expiry === undefined) return undefined;
    const expected = await this.#signature(instanceId, Number(round), Number(expiry));
    // Compared as strings: base64url has several encodings of the same bytes, and only one of them is accepted.
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
    return { instanceId, round: Number(round), expiresAt: new Date(Number(expiry) * 1000) };
  }

  async #signature(instanceId: string, round: number, expiry: number): Promise<string> {
    // As a JSON array, so that two different rights never have the same text.
    const text = JSON.stringify([this.#purpose, instanceId, round, expiry]);
    return createHmac("sha256", await this.#key())
      .update(text)
      .digest("base64url");
  }
}
