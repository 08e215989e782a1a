import { poll } from "../../src/durable/client/poll.ts";
import { isUnfinished, type ResourceStatus } from "../../src/http/resource-status.ts";

/** A resource of the public API as the tour sees it; `progress` and `result` depend on the pattern. */
export interface Resource<Progress, Result> {
  readonly id: string;
  readonly kind: string;
  readonly status: ResourceStatus;
  readonly progress: Progress;
  readonly result?: Result;
  readonly error?: { readonly type: string; readonly message: string };
  readonly links: Readonly<Record<string, string>>;
}

/** An unexpected response. The message is one line, with the problem's detail if there is one. */
export class UnexpectedAnswer extends Error {}

/** The public HTTP API of a running app. */
export class Api {
  readonly base: string;
  readonly #key: string | undefined;

  /** @param key function key, sent as `x-functions-key`; needed on Azure only */
  constructor(base: string, key?: string) {
    this.base = base.replace(/\/+$/, "");
    this.#key = key;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#send("GET", path)).json()) as T;
  }

  async bytes(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#send("GET", path)).arrayBuffer());
  }

  /** Posts JSON; an `Idempotency-Key` makes the call safe to repeat. */
  async post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T> {
    const headers = {
      "content-type": "application/json",
      ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
    };
    return (await (await this.#send("POST", path, { headers, body: JSON.stringify(body) })).json()) as T;
  }

  async put(path: string, body: Uint8Array<ArrayBuffer>, contentType: string): Promise<void> {
    const answer = await this.#send("PUT", path, { headers: { "content-type": contentType }, body });
    await answer.body?.cancel();
  }

  /**
   * Polls a resource until it is final.
   *
   * @param seen called with every response, to show progress
   * @throws {UnexpectedAnswer} if it is not final within `seconds`
   */
  async watch<Progress, Result>(
    url: string,
    seen: (resource: Resource<Progress, Result>) => void = () => undefined,
    seconds = 180,
  ): Promise<Resource<Progress, Result>> {
    let resource: Resource<Progress, Result> | undefined;
    const ended = await poll(
      async () => {
        resource = await this.get<Resource<Progress, Result>>(url);
        seen(resource);
        return isUnfinished(resource.status) ? undefined : resource;
      },
      { timeoutMs: seconds * 1000, firstPauseMs: 50, longestPauseMs: 200 },
    );
    if (ended) return ended;
    throw new UnexpectedAnswer(`${resource?.id} is still ${resource?.status} after ${seconds} s`);
  }

  /** Any call, for a stop that shows status and headers. Returns any response. */
  call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith("http") ? path : `${this.base}${path}`;
    const headers = new Headers(init.headers);
    if (this.#key) headers.set("x-functions-key", this.#key);
    return fetch(url, { ...init, method, headers, redirect: "error" });
  }

  async #send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await this.call(method, path, init);
    if (answer.ok) return answer;
    const problem = (await answer.text()).slice(0, 500);
    throw new UnexpectedAnswer(`${method} ${path} answered ${answer.status}: ${problem}`);
  }
}

/** Whether this app responds there, even if it needs a key or has lost its storage. */
export async function isAppAt(base: string): Promise<boolean> {
  try {
    const answer = await fetch(`${base}/api/catalog`, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    return answer.ok || answer.status === 401 || text.includes('"urn:photo-print-shop:problem:unavailable"');
  } catch {
    return false;
  }
}
