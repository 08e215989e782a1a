import { findRow, insertOnce, replaceRow, rowsOf } from "./rows.ts";
import { type Storage, unlessRefused } from "./storage.ts";

/** What a caller claims exclusively. */
export interface ClaimRequest {
  /** Scope of the claim; claims are released by scope. Letters, digits and dashes. */
  readonly scope: string;
  /** The claim within the scope; the same characters. */
  readonly key: string;
  /** Fingerprint of the content that the claim is for. */
  readonly fingerprint: string;
  /** The value of the key from now on, if it is free: an instance id, for example. */
  readonly value: string;
}

/**
 * `new`: the key was free. `same`: it was claimed before for the same content, and has that claim's value. `taken`: it
 * was claimed for other content.
 */
export type Claim =
  | { readonly kind: "new"; readonly value: string }
  | { readonly kind: "same"; readonly value: string; readonly claimedAt: Date; readonly version: string }
  | { readonly kind: "taken" };

/** No function needs this long from a claim to the start for which it was made. */
const LONGEST_START_MS = 10 * 60_000;

/** Whether the claim is old enough: either its start has happened, or its process has died and it never will. */
export const isSettled = ({ claimedAt }: { readonly claimedAt: Date }): boolean =>
  Date.now() - claimedAt.getTime() > LONGEST_START_MS;

/** Atomic claims on the keys that identify requests: the first claim wins. */
export interface Claims {
  claim(request: ClaimRequest): Promise<Claim>;
  /** The result of `claim` without claiming: undefined if the key is free. */
  find(request: ClaimRequest): Promise<Exclude<Claim, { kind: "new" }> | undefined>;
  /** Changes the value of an earlier claim. False if another process was faster. */
  renew(request: ClaimRequest, version: string): Promise<boolean>;
  /** Frees the keys of a scope; with a value, only those with this value. Can be repeated. */
  release(scope: string, value?: string): Promise<void>;
}

interface ClaimRow {
  readonly fingerprint: string;
  readonly value: string;
}

/** Claims as rows of a table. The only mechanism is an insert, which succeeds once per key. */
export class TableClaims implements Claims {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const table = await this.#storage.table("claims");
    if (await insertOnce(table, toRow(request))) return { kind: "new", value: request.value };
    // If the row is missing, it was released between the two calls.
    return (await this.find(request)) ?? this.claim(request);
  }

  async find(request: ClaimRequest): Promise<Exclude<Claim, { kind: "new" }> | undefined> {
    const table = await this.#storage.table("claims");
    const row = await findRow<ClaimRow>(table, request.scope, request.key);
    if (!row) return undefined;
    if (row.fingerprint !== request.fingerprint) return { kind: "taken" };
    return { kind: "same", value: row.value, claimedAt: new Date(row.timestamp ?? 0), version: row.etag };
  }

  async renew(request: ClaimRequest, version: string): Promise<boolean> {
    return replaceRow(await this.#storage.table("claims"), toRow(request), version);
  }

  async release(scope: string, value?: string): Promise<void> {
    const table = await this.#storage.table("claims");
    for (const row of await rowsOf<ClaimRow>(table, scope)) {
      if (value !== undefined && row.value !== value) continue;
      // Refused if another process has freed it, or claimed it again.
      await unlessRefused(table.deleteEntity(scope, row.rowKey ?? "", { etag: row.etag }), 404, 412);
    }
  }
}

const toRow = ({ scope, key, fingerprint, value }: ClaimRequest) => ({
  partitionKey: scope,
  rowKey: key,
  fingerprint,
  value,
});
