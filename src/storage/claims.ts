import { odata } from "@azure/data-tables";
import { conflictOf, findRow, insertOnce, type Storage } from "./storage.ts";

/** What a caller wants for itself alone. */
export interface ClaimRequest {
  /** What is claimed; claims are released by it. Letters, digits and dashes. */
  readonly scope: string;
  /** Which claim within the scope; the same alphabet. */
  readonly key: string;
  /** Of the content: what the claim is for. */
  readonly fingerprint: string;
  /** What the key stands for from now on, if it is free: an instance id, for example. */
  readonly value: string;
}

/**
 * `new`: the key was free. `same`: it was claimed before for the same content, and stands for that claim's value.
 * `taken`: it was claimed for another content.
 */
export type Claim =
  | { readonly kind: "new"; readonly value: string }
  | { readonly kind: "same"; readonly value: string; readonly claimedAt: Date; readonly version: string }
  | { readonly kind: "taken" };

/** No function runs for so long between a claim and what it was made for. */
const LONGEST_START_MS = 10 * 60_000;

/** Whether what was claimed has been done by now, or never will be by that claim: its process has died. */
export const isSettled = ({ claimedAt }: { readonly claimedAt: Date }): boolean =>
  Date.now() - claimedAt.getTime() > LONGEST_START_MS;

/** Who came first: atomic claims on the keys by which callers make their requests unique. */
export interface Claims {
  claim(request: ClaimRequest): Promise<Claim>;
  /** What `claim` would answer, without claiming: undefined if the key is free. */
  find(request: ClaimRequest): Promise<Exclude<Claim, { kind: "new" }> | undefined>;
  /** Gives the key of an earlier claim another value. False if somebody else was faster. */
  renew(request: ClaimRequest, version: string): Promise<boolean>;
  /** Frees the keys of a scope; with a value, only those that stand for it. Harmless when repeated. */
  release(scope: string, value?: string): Promise<void>;
}

interface ClaimRow {
  readonly fingerprint: string;
  readonly value: string;
}

/** Claims as rows of a table: an insert that succeeds once is the whole protocol. */
export class TableClaims implements Claims {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const table = await this.#storage.table("claims");
    if (await insertOnce(table, toRow(request))) return { kind: "new", value: request.value };
    // Released between the two, if it is not there.
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
    const table = await this.#storage.table("claims");
    try {
      await table.updateEntity(toRow(request), "Replace", { etag: version });
      return true;
    } catch (error) {
      if (conflictOf(error) === undefined) throw error;
      return false;
    }
  }

  async release(scope: string, value?: string): Promise<void> {
    const table = await this.#storage.table("claims");
    const filter = odata`PartitionKey eq ${scope}`;
    for await (const row of table.listEntities<ClaimRow>({ queryOptions: { filter } })) {
      if (value !== undefined && row.value !== value) continue;
      try {
        await table.deleteEntity(scope, row.rowKey ?? "", { etag: row.etag });
      } catch (error) {
        // Somebody else has freed it, or claimed it anew.
        if (conflictOf(error) === undefined) throw error;
      }
    }
  }
}

const toRow = ({ scope, key, fingerprint, value }: ClaimRequest) => ({
  partitionKey: scope,
  rowKey: key,
  fingerprint,
  value,
});
