import type { IncomingMessage, ServerResponse } from "node:http";
import type { Change } from "../api/local-host-extras.ts";
import { answerError } from "./answer.ts";
import type { ConsoleHost, HostChange } from "./host.ts";

const MAX_CLIENTS = 20;
/** A busy host commits hundreds of times per second; a page shows each instance's last state. */
const FLUSH_MS = 100;
const HEARTBEAT_MS = 15_000;
/** Of a client that reads slowly. With more, it is told to read its lists again. */
const MAX_PENDING = 1000;
const RECONNECT_MS = 1000;

/** Sends the host's changes to the open pages, as server-sent events. */
export class Changes {
  readonly #host: ConsoleHost;
  readonly #clients = new Set<Client>();
  #unwatch: (() => void) | undefined;

  constructor(host: ConsoleHost) {
    this.#host = host;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      answerError(response, 503, `${MAX_CLIENTS} pages already watch this host: close some.`);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const client = new Client(response, () => this.#clock());
    this.#clients.add(client);
    this.#unwatch ??= this.#host.watch((changes) => this.#tell(changes));
    request.on("error", () => response.destroy());
    response.on("close", () => this.#leave(client));
  }

  close(): void {
    for (const client of this.#clients) client.end();
  }

  /** Tells the time, which may pass without a commit. */
  tellClock(): void {
    for (const client of this.#clients) client.wake();
  }

  #tell(changes: readonly HostChange[]): void {
    for (const change of changes) {
      for (const client of this.#clients) client.add(change);
    }
  }

  #leave(client: Client): void {
    client.end();
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #clock(): string | undefined {
    return this.#host.advance && new Date(this.#host.now()).toISOString();
  }
}

/** One open page. It gets the last change of each instance, and no more than it reads. */
class Client {
  readonly #response: ServerResponse;
  readonly #clock: () => string | undefined;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #pending = new Map<string, HostChange>();
  #isReloadDue = false;
  #isBlocked = false;
  #timer: NodeJS.Timeout | undefined;
  #lastClock: string | undefined;

  constructor(response: ServerResponse, clock: () => string | undefined) {
    this.#response = response;
    this.#clock = clock;
    this.#heartbeat = setInterval(() => this.#write(":\n\n"), HEARTBEAT_MS).unref();
    response.on("drain", () => {
      this.#isBlocked = false;
      this.wake();
    });
  }

  add(change: HostChange): void {
    if (!this.#isReloadDue) this.#pending.set(change.instanceId, change);
    if (this.#pending.size > MAX_PENDING) {
      this.#pending.clear();
      this.#isReloadDue = true;
    }
    this.wake();
  }

  wake(): void {
    if (!this.#isBlocked) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  end(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    this.#response.end();
  }

  #flush(): void {
    this.#timer = undefined;
    const changes: Change[] = this.#isReloadDue ? [{ kind: "reload" }] : [];
    changes.push(...[...this.#pending.values()].flatMap(changesOf));
    const now = this.#clock();
    if (now !== undefined && now !== this.#lastClock) changes.push({ kind: "clock", now });
    this.#lastClock = now;
    this.#pending.clear();
    this.#isReloadDue = false;
    if (changes.length > 0) this.#write(changes.map(eventText).join(""));
  }

  #write(text: string): void {
    if (this.#isBlocked || this.#response.writableEnded) return;
    this.#isBlocked = !this.#response.write(text);
  }
}

function changesOf(change: HostChange): Change[] {
  const { instanceId, name, runtimeStatus } = change;
  const lastUpdatedTime = new Date(change.lastUpdatedTime).toISOString();
  if (change.kind === "entity") {
    const [, entityName = "", ...key] = instanceId.split("@");
    return [{ kind: "entity", name: entityName, key: key.join("@"), lastUpdatedTime }];
  }
  const changes: Change[] = [{ kind: "instance", instanceId, name, runtimeStatus, lastUpdatedTime }];
  if (change.hasProblems) changes.push({ kind: "problem", instanceId, name });
  return changes;
}

/** JSON has no line breaks, so no data can begin another event. */
function eventText({ kind, ...data }: Change): string {
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
