import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppFunction } from "../app/app-function.ts";
import type { Clock } from "../clock.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import { readBody } from "../http/body.ts";
import type { TypedData } from "../app/typed-data.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import { isObject, parsedJson } from "../json.ts";
import type { FunctionCalls } from "./function-call.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { serveClock } from "./clock-api.ts";
import type { Listeners } from "./listeners.ts";
import { storageErrorText } from "./storage-error.ts";
import type { ListenerLog } from "./trigger-listener.ts";

interface AdminParts {
  readonly app: { readonly functions: readonly AppFunction[] };
  readonly calls: FunctionCalls;
  readonly log: ListenerLog;
  readonly listeners: Listeners;
  readonly hub: TaskHub;
  readonly clock: Clock;
  readonly runner: FunctionRunner;
}

/** The part of the Functions host's admin API that helps in development, under `/admin`. */
export class AdminApi {
  readonly #parts: AdminParts;
  readonly #running = new Set<Promise<unknown>>();

  constructor(parts: AdminParts) {
    this.#parts = parts;
  }

  /** Resolves when the functions that were started by hand have ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, , area = "", name = "", ...more] = path.split("/").map(decode);
    switch (`${request.method ?? ""} ${routeOf(area, name, more)}`) {
      case "GET instances/*/problems":
        return this.#problems(response, name);
      case "GET host/status":
        answer(response, 200, { state: "Running", processUptime: Math.round(process.uptime() * 1000) });
        return;
      case "GET host/ping":
      case "POST host/ping":
        answer(response, 200);
        return;
      case "POST worker/kill":
        this.#parts.runner.killWorker?.();
        answer(response, 202);
        return;
      case "GET clock":
      case "POST clock":
        return this.#serveClock(request, response);
      case "GET functions":
        answer(response, 200, this.#parts.app.functions.map(describe));
        return;
      case "POST functions/*":
        return this.#run(request, response, name);
    }
    answer(response, 404);
  }

  /** Only virtual time can be read and moved. */
  async #serveClock(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#parts;
    if (clock instanceof VirtualClock) await serveClock(clock, request, response);
    else answer(response, 404);
  }

  /** The problems that the extension does not report, as an array of strings. */
  async #problems(response: ServerResponse, instanceId: string): Promise<void> {
    const instance = await this.#parts.hub.get(instanceId);
    if (instance === undefined) answer(response, 404);
    else answer(response, 200, instance.problems);
  }

  /**
   * Any function except an HTTP one can be run by hand, with `{ "input": ... }` for its trigger's value, or a blob's
   * path.
   */
  async #run(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const { functions } = this.#parts.app;
    // The worker allows two functions whose names differ only in case.
    const fn =
      functions.find((candidate) => candidate.name === name) ??
      functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (fn === undefined || fn.triggerType === "httptrigger") {
      answer(response, 404);
      return;
    }
    const body = readInput((await readBody(request))?.toString("utf8") ?? "");
    if (body === undefined) {
      answer(response, 400);
      return;
    }
    const run = this.#start(fn, body.input)
      .catch((error: unknown) =>
        this.#parts.log(fn, "error", `It could not be run: ${storageErrorText(error)}`),
      )
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
    answer(response, 202);
  }

  async #start(fn: AppFunction, input: unknown): Promise<void> {
    if (fn.triggerType === "blobtrigger") await this.#parts.listeners.blobCalls.callByHand(fn, input);
    else await this.#parts.calls.call(fn, this.#triggerValue(fn, input), {});
  }

  #triggerValue(fn: AppFunction, input: unknown): TypedData | undefined {
    if (fn.triggerType === "timertrigger") return this.#parts.listeners.timerInfo(fn);
    if (input === undefined || input === null) return undefined;
    return { string: typeof input === "string" ? input : JSON.stringify(input) };
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The path with a star in place of names from the app or a client. */
function routeOf(area: string, name: string, more: readonly string[]): string {
  const isFixed = ["host", "worker"].includes(area.toLowerCase());
  const known = isFixed ? name : "*";
  return [area, ...(name === "" ? [] : [known]), ...more].join("/").toLowerCase();
}

function describe(fn: AppFunction): unknown {
  return {
    name: fn.name,
    isDisabled: fn.disabled,
    config: {
      bindings: Object.entries(fn.metadata.bindings).map(([name, binding]) => ({ ...binding, name })),
    },
  };
}

/** The input in a body, which may be empty; undefined if the body is not an object. */
function readInput(text: string): { readonly input?: unknown } | undefined {
  const body = text.trim() === "" ? {} : parsedJson(text);
  return isObject(body) ? body : undefined;
}

function answer(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status, { "content-length": 0 }).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
