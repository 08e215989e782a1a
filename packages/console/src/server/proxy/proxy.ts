import { request as openHttp } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from "node:http";
import { request as openHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { type About, OPENAPI_PATH } from "../../api/local-host-extras.ts";
import { answerError, answerJson } from "../answer.ts";
import { ownName } from "../console.ts";
import { PageFiles } from "../page-files.ts";
import { hostRefusal, setSecurityHeaders, siteRefusal } from "../security-headers.ts";
import { Redaction } from "./redaction.ts";
import { addressAt, isManagement } from "./target.ts";
import type { Target } from "./target.ts";

/** For text that is changed before it is sent on; a history of 10,000 events has about 10 MB. */
const MAX_TEXT_BYTES = 64_000_000;
/** The Functions host's own limit. */
const MAX_REQUEST_BYTES = 104_857_600;
/** An app on a consumption plan may need as long for its first answer. */
const TIMEOUT_MS = 60_000;
const TOO_LARGE = "The body is larger than the 100 MB that a Functions host accepts.";
/** The page is not shown before. */
const OPENAPI_TIMEOUT_MS = 3000;

/** Of the browser for the console, or of the connection: not for the app. */
const NOT_SENT =
  /^(?:host|origin|referer|cookie2?|authorization|x-functions-key|accept-encoding|expect|te|trailer|upgrade|connection|keep-alive|transfer-encoding|forwarded|proxy-.*|sec-.*|x-forwarded-.*)$/;
/** The rest is the console's own, or would make the browser keep something. */
const SENT_BACK = /^(?:content-type|content-disposition|etag|last-modified|location|retry-after|x-ms-.*)$/;
const BINARY = /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|zip|pdf))/i;

class BodyTooLarge extends Error {}

/** The console's page before an app anywhere: it adds the key to requests, and removes keys from answers. */
export class Proxy {
  readonly #target: Target;
  readonly #page = new PageFiles();

  constructor(target: Target) {
    this.#target = target;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    setSecurityHeaders(response);
    const refusal = hostRefusal(request) ?? siteRefusal(request);
    if (refusal !== undefined) return answerError(response, 403, refusal);
    const name = ownName(request);
    if (name === "about") return void this.#about().then((about) => answerJson(response, 200, about));
    if (name !== undefined) return this.#page.serve(name, request, response);
    const address = addressAt(this.#target, request.url ?? "");
    if (address === undefined)
      return answerError(response, 404, "The console forwards only /api and the management API.");
    this.#forward(address, request, response);
  }

  async #about(): Promise<About> {
    const hasOpenApi = await this.#hasOpenApi();
    return {
      host: "proxy",
      base: this.#target.base,
      virtualTime: false,
      now: new Date().toISOString(),
      canKill: false,
      canKillWorker: false,
      canAdvance: false,
      canReplay: false,
      canReadMails: false,
      docs: [],
      hasOpenApi,
      hostId: "",
    };
  }

  /** Asked here, so that an app without the document is no error in the browser. Null if the app does not answer. */
  async #hasOpenApi(): Promise<boolean | null> {
    const { key } = this.#target;
    try {
      const { status, body } = await fetch(this.#target.base + OPENAPI_PATH, {
        headers: { ...(key !== undefined && { "x-functions-key": key }) },
        signal: AbortSignal.timeout(OPENAPI_TIMEOUT_MS),
        redirect: "error",
      });
      await body?.cancel();
      return status !== 404;
    } catch {
      return null;
    }
  }

  #forward(address: URL, request: IncomingMessage, response: ServerResponse): void {
    if (Number(request.headers["content-length"] ?? 0) > MAX_REQUEST_BYTES) {
      return answerError(response, 413, TOO_LARGE);
    }
    const open = address.protocol === "https:" ? openHttps : openHttp;
    const onward = open(address, this.#options(request));
    onward.on("timeout", () => onward.destroy(new Error(`no answer for ${TIMEOUT_MS / 1000} s`)));
    onward.on("error", (error) =>
      error instanceof BodyTooLarge
        ? fail(response, 413, TOO_LARGE)
        : fail(response, 502, `${this.#target.base} cannot be reached: ${reasonOf(error)}.`),
    );
    onward.on("response", (answer) => {
      this.#sendBack(address, answer, request, response).catch((error: unknown) => {
        answer.destroy();
        fail(response, 502, `The answer of the app broke off: ${reasonOf(error)}.`);
      });
    });
    response.on("close", () => onward.destroy());
    pipeline(limited(request, onward), onward).catch(() => onward.destroy());
  }

  #options({ method, headers }: IncomingMessage): RequestOptions {
    const sent = Object.entries(headers).filter(([name]) => !NOT_SENT.test(name));
    const { key } = this.#target;
    return {
      ...(method !== undefined && { method }),
      headers: {
        ...Object.fromEntries(sent),
        ...(key !== undefined && { "x-functions-key": key }),
      },
      timeout: TIMEOUT_MS,
    };
  }

  async #sendBack(
    address: URL,
    answer: IncomingMessage,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const status = answer.statusCode ?? 502;
    if (isManagement(address) && (status === 401 || status === 403)) {
      answer.resume();
      return answerError(response, status, this.#keyAdvice());
    }
    const redaction = new Redaction(this.#target, `http://${request.headers.host}`);
    for (const [name, value] of Object.entries(answer.headers)) {
      if (typeof value === "string" && SENT_BACK.test(name)) response.setHeader(name, redaction.apply(value));
    }
    // What the app sends must not run as a page of the console.
    response.setHeader("content-security-policy", "sandbox; default-src 'none'");
    response.setHeader("cache-control", "no-store");
    if (BINARY.test(answer.headers["content-type"] ?? "")) {
      response.writeHead(status);
      return pipeline(redaction.applyToBytes(answer), response);
    }
    const text = await textOf(answer);
    if (text === undefined) return answerError(response, 502, "The answer has more than 64 MB of text.");
    response.writeHead(status).end(redaction.apply(text));
  }

  #keyAdvice(): string {
    const { keyName } = this.#target;
    return keyName === undefined
      ? "The app wants a key: pass the name of an environment variable with --key-env."
      : `The app refuses the key in ${keyName}: it must be the system key durabletask_extension.`;
  }
}

/** The body for the app, whose request ends with an error if the body is too large. */
async function* limited(request: IncomingMessage, onward: ClientRequest): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_REQUEST_BYTES) return void onward.destroy(new BodyTooLarge());
      yield chunk;
    }
  } finally {
    // A client that still sends would not see the answer if its connection ended now. Node's server limits the time.
    request.resume();
  }
}

/** Undefined if it is too long. */
async function textOf(answer: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_TEXT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function fail(response: ServerResponse, status: number, error: string): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else answerError(response, status, error);
}

/** Never a whole message: it may have the address with its query. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return error instanceof Error && error.message.startsWith("no answer") ? error.message : "connection error";
}
