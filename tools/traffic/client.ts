import { setTimeout as delay } from "node:timers/promises";

const ANSWER_TIMEOUT_MS = 30_000;
const PAUSE_MS = 250;
/** Answers of a server in trouble, before the last of them counts: a Functions host may be minutes in starting. */
const MAX_TROUBLES = 1000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A caller of an app that is killed under it. */
export class Client {
  readonly base: string;
  /** Requests that got no answer, because the host died or was dead. */
  unanswered = 0;
  /** Requests that are under way. */
  open = 0;
  mostOpen = 0;
  /** Answers that blame the server, as `POST /api/orders 500`. */
  readonly serverErrors: string[] = [];
  readonly #key: string | undefined;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long it waits for an answer */
  constructor(base: string, key?: string, timeoutMs = ANSWER_TIMEOUT_MS) {
    this.base = base;
    this.#key = key;
    this.#timeoutMs = timeoutMs;
  }

  /** One try; undefined if no complete answer came. */
  async call(method: string, path: string, init: RequestInit = {}): Promise<Answer | undefined> {
    const headers = new Headers(init.headers);
    if (this.#key !== undefined) headers.set("x-functions-key", this.#key);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const url = path.startsWith("http") ? path : this.base + path;
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    try {
      const response = await fetch(url, { ...init, method, headers, signal, redirect: "error" });
      const bytes = await response.bytes();
      const text = new TextDecoder().decode(bytes);
      const answer = { status: response.status, headers: response.headers, bytes, text };
      if (answer.status >= 500)
        this.serverErrors.push(`${method} ${path} ${answer.status} ${answer.text.slice(0, 200)}`);
      return answer;
    } catch {
      this.unanswered += 1;
      return undefined;
    } finally {
      this.open -= 1;
    }
  }

  /** Repeats the request until it is answered, by something other than a server in trouble. */
  async insist(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    for (let troubles = 0; ;) {
      const answer = await this.call(method, path, init);
      if (answer && (answer.status < 500 || ++troubles > MAX_TROUBLES)) return answer;
      await delay(PAUSE_MS);
    }
  }

  /** @throws {Error} if the answer has another status */
  async expect(statuses: readonly number[], method: string, path: string, init?: RequestInit): Promise<void> {
    const { status, text } = await this.insist(method, path, init);
    if (!statuses.includes(status)) throw new Error(`${method} ${path} ${status} ${text.slice(0, 200)}`);
  }

  async read<T>(path: string): Promise<T | undefined> {
    const { status, text } = await this.insist("GET", path);
    return status === 200 ? (JSON.parse(text) as T) : undefined;
  }
}

export const jsonBody = (body: unknown, idempotencyKey?: string): RequestInit => ({
  headers: {
    "content-type": "application/json",
    ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
  },
  body: JSON.stringify(body),
});
