import http from "node:http";
import https from "node:https";

/** One request as `callHttp` sends it. */
export interface HttpExchange {
  readonly method: string;
  readonly url: URL;
  /** With names as they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A response, with its header fields in the order and spelling in which they were received. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const MAX_REDIRECTS = 50;
const REDIRECTS = new Set([300, 301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects as .NET's client does. `fetch` is not suitable: it sorts header fields and
 * changes their case, which the orchestrator would see, and it refuses some ports and methods.
 */
export async function exchange(request: HttpExchange): Promise<HttpAnswer> {
  let current = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await send(current);
    const location = answer.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    if (!REDIRECTS.has(answer.status) || location === undefined || redirects === MAX_REDIRECTS) return answer;
    const url = new URL(location, current.url);
    // A redirect from https to http is not followed.
    if (current.url.protocol === "https:" && url.protocol !== "https:") return answer;
    current = redirected(current, url, answer.status);
  }
}

function redirected(request: HttpExchange, url: URL, status: number): HttpExchange {
  const becomesGet = status === 303 ? request.method !== "HEAD" : status < 307 && request.method === "POST";
  // Credentials are only for the original server. A length without a body would let the next server wait for one.
  if (!becomesGet) return { ...request, url, headers: without(request.headers, /^authorization$/i) };
  const headers = without(request.headers, /^(?:authorization|content-.*)$/i);
  return { ...request, url, headers, method: "GET", body: undefined };
}

function without(headers: HttpExchange["headers"], names: RegExp): HttpExchange["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
}

function send({ method, url, headers, body }: HttpExchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const client = url.protocol === "https:" ? https : http;
    const request = client.request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: pairs(response.rawHeaders),
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  const result: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) result.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return result;
}
