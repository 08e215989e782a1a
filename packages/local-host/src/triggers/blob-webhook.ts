import { parsedJson } from "../json.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/body.ts";
import { splitTarget } from "../http/http-message.ts";
import { quoted } from "./blob-scanner.ts";
import type { BlobTriggers } from "./blob-triggers.ts";

const PATH = "/runtime/webhooks/blobs";

interface BlobEvent {
  readonly data?: { readonly url?: unknown; readonly eTag?: unknown; readonly validationCode?: unknown };
}

/** Receives the events of an Event Grid subscription, for functions whose trigger has `source: "EventGrid"`. */
export class BlobWebhook {
  readonly #triggers: BlobTriggers;

  constructor(triggers: BlobTriggers) {
    this.#triggers = triggers;
  }

  static owns(path: string): boolean {
    return path.toLowerCase() === PATH;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = new URLSearchParams(splitTarget(request).query).get("functionName") ?? "";
    const fn = this.#triggers.find(name);
    if (fn === undefined) return answer(response, 404, `cannot find function: '${name}'`);
    const events = parseEvents((await readBody(request))?.toString("utf8") ?? "");
    const kind = String(request.headers["aeg-event-type"] ?? "").toLowerCase();
    if (events === undefined) return answer(response, 400, "The body must be an array of events.");
    if (kind === "subscriptionvalidation") {
      const body = JSON.stringify({ validationResponse: events[0]?.data?.validationCode });
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(body);
      return;
    }
    if (kind !== "notification") return answer(response, 400, `aeg-event-type "${kind}" is not known.`);
    const versions = events.map(versionOf);
    if (!versions.every((version) => version !== undefined)) {
      return answer(response, 400, "data.url of every event must be the address of a blob.");
    }
    for (const version of versions) await this.#triggers.enqueue(fn, version);
    answer(response, 202);
  }
}

function versionOf({ data }: BlobEvent) {
  if (typeof data?.url !== "string" || !URL.canParse(data.url)) return undefined;
  const url = new URL(data.url);
  const path = decodeURIComponent(url.pathname).slice(1).split("/");
  // The account is the first path segment in Azurite, but part of the host name in Azure.
  if (/^(?:localhost|[\d.]+|\[.*\])$/.test(url.hostname)) path.shift();
  const [container = "", ...blob] = path;
  if (container === "" || blob.join("/") === "") return undefined;
  return { container, blob: blob.join("/"), etag: quoted(typeof data.eTag === "string" ? data.eTag : "") };
}

function parseEvents(text: string): readonly BlobEvent[] | undefined {
  const events = parsedJson(text);
  return Array.isArray(events) ? (events as readonly BlobEvent[]) : undefined;
}

function answer(response: ServerResponse, status: number, text = ""): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
