import { RestError } from "@azure/data-tables";
import type { Storage } from "./storage.ts";

/** Who came first: atomic claims on the keys by which callers make their requests unique. */
export interface Claims {
  /**
   * `new`: the key was free and is now this content's. `same`: it is already this content's. `taken`: it belongs
   * to another content.
   */
  claim(scope: string, key: string, fingerprint: string): Promise<"new" | "same" | "taken">;
}

/** Claims as rows of a table: an insert that succeeds once is the whole protocol. */
export class TableClaims implements Claims {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async claim(scope: string, key: string, fingerprint: string): Promise<"new" | "same" | "taken"> {
    const table = await this.#storage.table("claims");
    try {
      await table.createEntity({ partitionKey: scope, rowKey: key, fingerprint });
      return "new";
    } catch (error) {
      if (!(error instanceof RestError && error.statusCode === 409)) throw error;
    }
    const claimed = await table.getEntity<{ fingerprint: string }>(scope, key);
    return claimed.fingerprint === fingerprint ? "same" : "taken";
  }
}
