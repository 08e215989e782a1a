import { TableSupplier } from "../../../src/services/sandbox/table-supplier.ts";
import type { Shop } from "../../support/shop.ts";

/** An import as a caller sees it. */
export interface ImportResource {
  readonly id: string;
  readonly status: string;
  readonly progress: {
    readonly total: number;
    readonly applied: number;
    readonly failed: number;
    readonly retried: number;
  };
  readonly result?: { readonly kind: string; readonly deadLetters?: string } & Readonly<
    Record<string, unknown>
  >;
  readonly error?: { readonly type: string; readonly message: string };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly links: Readonly<Record<string, string>>;
}

/** The price list API of a running host, and the supplier behind it. */
export class Imports {
  readonly #shop: Shop;
  readonly supplier: TableSupplier;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.supplier = new TableSupplier(shop.storage);
  }

  put(
    name: string,
    body: string | Uint8Array<ArrayBuffer> | ReadableStream,
    contentType = "text/csv",
  ): Promise<Response> {
    return this.#shop.host.fetch(`/api/price-lists/${name}`, {
      method: "PUT",
      headers: { "content-type": contentType },
      body,
      ...(body instanceof ReadableStream && { duplex: "half" }),
    });
  }

  /** Uploads a list of these lines. */
  async bring(name: string, lines: readonly string[]): Promise<void> {
    const response = await this.put(name, ["sku,price,currency", ...lines].join("\n"));
    if (!response.ok) throw new Error(`Uploading a list returned ${response.status}`);
  }

  post(name: string, body: object, key?: string): Promise<Response> {
    return this.#shop.host.fetch(`/api/price-lists/${name}/import`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: JSON.stringify(body),
    });
  }

  /** Starts an import that is accepted; returns its id. */
  async start(name: string, body: object): Promise<string> {
    const response = await this.post(name, body);
    if (response.status !== 202) throw new Error(`Starting an import returned ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  }

  async find(id: string): Promise<ImportResource> {
    return (await (await this.#shop.host.fetch(`/api/imports/${id}`)).json()) as ImportResource;
  }

  /** Uploads a list, imports it and waits for the end. */
  async run(name: string, lines: readonly string[], body: object): Promise<ImportResource> {
    await this.bring(name, lines);
    const id = await this.start(name, body);
    await this.#shop.host.instance(id).completion();
    return this.find(id);
  }

  /** The dead letters without their heading; empty if there is no such file. */
  async deadLetters(id: string): Promise<string[]> {
    const response = await this.#shop.host.fetch(`/api/imports/${id}/dead-letters`);
    if (response.status === 404) return [];
    const [heading, ...lines] = (await response.text()).trimEnd().split("\r\n");
    if (heading !== "line,sku,price,currency,reason") throw new Error(`Not a heading: ${heading}`);
    return lines;
  }

  /** Prices in force, in cents; undefined if there is none. */
  async prices(...skus: string[]): Promise<(number | undefined)[]> {
    return Promise.all(skus.map(async (sku) => (await this.supplier.price(sku))?.price.value));
  }
}
