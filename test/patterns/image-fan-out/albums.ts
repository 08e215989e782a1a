import type { TestHost } from "durable-local-host/testing";

/** The accepted types for the body of a photo. */
export type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** A resource of renditions as a caller reads it. */
export interface Renditions {
  readonly status: string;
  readonly progress: { readonly total: number; readonly done: number; readonly failed: number };
  readonly result?: {
    readonly kind: string;
    readonly photos: number;
    readonly renditions: number;
    readonly failures: readonly { readonly name: string; readonly reason: string }[];
    readonly manifest: string;
    readonly contactSheet: string;
  };
}

export interface Manifest {
  readonly album: string;
  readonly format: string;
  readonly photos: readonly {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly renditions: readonly {
      readonly width: number;
      readonly height: number;
      readonly bytes: number;
      readonly url: string;
    }[];
  }[];
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

/** Calls of the albums' part of the API. */
export class Albums {
  readonly #host: TestHost;

  constructor(host: TestHost) {
    this.#host = host;
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#host.fetch(`/api/${path}`, init);
  }

  put(album: string, name: string, body: Body, contentType = "image/jpeg"): Promise<Response> {
    const headers = { "content-type": contentType };
    return this.request(`albums/${album}/photos/${name}`, { method: "PUT", body, headers, duplex: "half" });
  }

  order(album: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(`albums/${album}/renditions`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** Orders renditions; returns the id of the started instance. */
  async start(album: string, body: object): Promise<string> {
    const response = await this.order(album, body);
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  }

  async renditions(id: string): Promise<Renditions> {
    return (await (await this.request(`renditions/${id}`)).json()) as Renditions;
  }

  /** Orders renditions and waits for their end. */
  async rendered(album: string, body: object): Promise<Renditions & { readonly id: string }> {
    const id = await this.start(album, body);
    await this.#host.instance(id).completion();
    return { id, ...(await this.renditions(id)) };
  }

  async names(album: string): Promise<string[]> {
    const response = await this.request(`albums/${album}`);
    if (response.status === 404) return [];
    return ((await response.json()) as { photos: { name: string }[] }).photos.map(({ name }) => name);
  }
}
