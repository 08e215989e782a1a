import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { OPENAPI_PATH } from "../api/local-host-extras.ts";
import type { About, InstanceMail, InstanceProblems, InstanceWaits } from "../api/local-host-extras.ts";
import { answerError, answerJson } from "./answer.ts";
import { Changes } from "./changes.ts";
import { Docs } from "./docs.ts";
import type { ConsoleHost, WaitingInstance } from "./host.ts";
import { Replays } from "./replays.ts";
import { mailsAbout } from "./mails.ts";
import { readJson } from "./request-body.ts";
import { Sources } from "./sources.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, name: string) => Promise<void>;

const MAX_IDS = 200;

/** What the local host knows beyond the management API, under `/runtime/console/`. */
export class Extras {
  readonly #host: ConsoleHost;
  readonly #changes: Changes;
  readonly #docs: Docs;
  readonly #replays: Replays;
  readonly #sources: Sources;
  readonly #hostId = randomUUID();

  constructor(host: ConsoleHost) {
    this.#host = host;
    this.#changes = new Changes(host);
    this.#docs = new Docs(host.folder);
    this.#replays = new Replays(host.folder);
    this.#sources = new Sources(host.folder);
  }

  close(): void {
    this.#changes.close();
    this.#replays.close();
  }

  /** Returns false for an address that is none of its own. */
  serve(name: string, request: IncomingMessage, response: ServerResponse): boolean {
    const answer = this.#answerFor(name, request, response);
    if (answer === undefined) return false;
    answer.catch((error: unknown) => {
      if (!response.headersSent)
        answerError(response, 500, error instanceof Error ? error.message : String(error));
    });
    return true;
  }

  #answerFor(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const { method } = request;
    const [area, name = "", ...view] = path.split("/").map(decoded);
    if (method === "GET" && area === "instances") {
      return this.#ofInstance(name, view.join("/"), request, response);
    }
    const place = area === "docs" && view.length === 0 ? "docs/*" : path;
    return this.#answers[`${method} ${place}`]?.(request, response, name);
  }

  /** By method and address; a star is the name of a page. */
  readonly #answers: Readonly<Record<string, Answer>> = {
    __proto__: null as never,
    "GET about": (_, response) => this.#about(response),
    "GET changes": (request, response) => Promise.resolve(this.#changes.serve(request, response)),
    "GET problems": (_, response) => this.#problems(response),
    "GET source": (request, response) => this.#source(response, queryOf(request).get("file") ?? ""),
    "GET docs/*": (_, response, name) => this.#doc(response, name),
    "POST waits": (request, response) => this.#waits(request, response),
    "POST clock/advance": (request, response) => this.#advance(request, response),
    "POST kill": (_, response) => this.#kill(response),
    "POST worker/kill": (_, response) => this.#killWorker(response),
  };

  #ofInstance(id: string, view: string, request: IncomingMessage, response: ServerResponse) {
    switch (view) {
      case "replay":
        return this.#replay(response, id, queryOf(request).get("from"));
      case "mails":
        return this.#mails(response, id);
      default:
        return undefined;
    }
  }

  async #about(response: ServerResponse): Promise<void> {
    const { url, advance, kill, killWorker, mails } = this.#host;
    answerJson(response, 200, {
      host: "local",
      base: url,
      virtualTime: advance !== undefined,
      now: new Date(this.#host.now()).toISOString(),
      canKill: kill !== undefined,
      canKillWorker: killWorker !== undefined,
      canAdvance: advance !== undefined,
      canReplay: this.#replays.isPossible,
      canReadMails: mails !== undefined,
      docs: this.#docs.names,
      hasOpenApi: this.#host.hasRoute(OPENAPI_PATH),
      hostId: this.#hostId,
    } satisfies About);
  }

  async #problems(response: ServerResponse): Promise<void> {
    const found = await this.#host.problems();
    const shown = found.map(({ instanceId, name, runtimeStatus, problems }) => ({
      instanceId,
      name,
      runtimeStatus,
      problems,
    }));
    answerJson(response, 200, shown satisfies InstanceProblems[]);
  }

  async #waits(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const ids = typeof body === "object" && body !== null && "ids" in body ? body.ids : undefined;
    if (!Array.isArray(ids) || ids.length > MAX_IDS || !ids.every((id) => typeof id === "string")) {
      answerError(response, 400, `ids: at most ${MAX_IDS} ids of instances, in a body of 10,000 bytes.`);
      return;
    }
    const found = await this.#host.waits(ids);
    answerJson(response, 200, found.map(shownWaits) satisfies InstanceWaits[]);
  }

  async #source(response: ServerResponse, file: string): Promise<void> {
    this.#sources.allow(await this.#docs.linkedSources());
    const source = await this.#sources.read(file);
    if (source === undefined)
      answerError(response, 404, "No replay and no page has named this file, or it is not there.");
    else answerJson(response, 200, source);
  }

  async #doc(response: ServerResponse, name: string): Promise<void> {
    const html = await this.#docs.html(name);
    if (html === undefined) answerError(response, 404, "The app has no page of this name in docs/patterns.");
    else {
      const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
      response.writeHead(200, headers).end(html);
    }
  }

  async #replay(response: ServerResponse, instanceId: string, from: string | null): Promise<void> {
    if (!this.#replays.isPossible) {
      answerError(response, 404, "Replays need durable-replay: npm install --save-dev durable-replay.");
      return;
    }
    const first = from === null ? undefined : Number(from);
    if (first !== undefined && !(Number.isSafeInteger(first) && first >= 1)) {
      answerError(response, 400, "from: the number of an episode, from 1.");
      return;
    }
    const history = await this.#host.history(instanceId);
    if (history === undefined) {
      answerError(response, 404, "There is no such instance.");
      return;
    }
    const replay = await this.#replays.replay(history, first);
    this.#sources.allow(replay.files);
    answerJson(response, 200, replay);
  }

  async #mails(response: ServerResponse, instanceId: string): Promise<void> {
    const { mails } = this.#host;
    if (mails === undefined) {
      answerError(response, 404, "The app names no queue with the mails of its sandbox.");
      return;
    }
    answerJson(response, 200, mailsAbout(instanceId, await mails()) satisfies InstanceMail[]);
  }

  async #advance(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { advance } = this.#host;
    if (advance === undefined) {
      answerError(response, 404, "This host runs in real time: start it with --virtual-time.");
      return;
    }
    const body = await readJson(request);
    const by = typeof body === "object" && body !== null && "by" in body ? body.by : undefined;
    const moved = typeof by === "string" ? await advance(by) : undefined;
    if (moved === undefined) {
      answerError(response, 400, "by: an ISO 8601 duration of weeks and smaller units, such as PT72H.");
      return;
    }
    this.#changes.tellClock();
    answerJson(response, 200, moved);
  }

  async #killWorker(response: ServerResponse): Promise<void> {
    const { killWorker } = this.#host;
    if (killWorker === undefined) {
      answerError(response, 404, "This host has no worker that it can kill.");
      return;
    }
    killWorker();
    response.writeHead(202).end();
  }

  async #kill(response: ServerResponse): Promise<void> {
    const { kill } = this.#host;
    if (kill === undefined) {
      answerError(response, 404, "Nobody would start this host again: run it with npm start.");
      return;
    }
    response.once("finish", kill);
    response.writeHead(202, { connection: "close" }).end();
  }
}

function shownWaits({ instanceId, waits }: WaitingInstance): InstanceWaits {
  const shown = waits.map(({ due, since, ...wait }) => ({
    ...wait,
    ...(due !== undefined && { due: isoOf(due) }),
    since: isoOf(since),
  }));
  return { instanceId, waits: shown };
}

const isoOf = (time: number) => new Date(time).toISOString();

function queryOf({ url = "" }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split("?").slice(1).join("?"));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
