import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import { messageOf } from "../app/app-error.ts";
import { BodyTooLargeError } from "../http/body.ts";
import { splitTarget } from "../http/http-message.ts";
import { RPC_PATH, WEBHOOK_PATH } from "../invocation/durable-client-input.ts";
import { answerEntities, answerEntity, deleteEntity, entityId, signal } from "./entities.ts";
import {
  purge,
  purgeInstances,
  raiseEvent,
  rewind,
  suspendOrResume,
  terminate,
} from "./instance-commands.ts";
import { answerInstances, answerStatus } from "./instance-queries.ts";
import { ManagementError, unexpectedError } from "./management-error.ts";
import { ManagementRequest } from "./management-request.ts";
import { managementSegments } from "./request-path.ts";
import { restart, restartWithOptions, start } from "./starts.ts";
import type { StartParts } from "./starts.ts";

/**
 * The Durable extension's HTTP API, under the webhook path and under the path that the SDK's client uses. The
 * system key in the URLs is not checked, as Core Tools does not check it locally.
 */
export class ManagementApi {
  readonly #parts: StartParts;
  readonly #runner: FunctionRunner;
  readonly #authority: string;

  constructor(parts: StartParts & { readonly runner: FunctionRunner }) {
    this.#parts = parts;
    this.#runner = parts.runner;
    this.#authority = new URL(parts.address.origin).host;
  }

  /** Whether a path belongs to this API. */
  static owns(path: string): boolean {
    return basePath(path) !== undefined;
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = new ManagementRequest(incoming, response, this.#authority);
    const { path } = splitTarget(incoming);
    const segments = managementSegments(path.slice(basePath(path)?.length ?? 0));
    try {
      if (!(await this.#dispatch(request, segments))) request.empty(404);
    } catch (thrown) {
      if (thrown instanceof BodyTooLargeError) throw thrown;
      const error =
        thrown instanceof ManagementError
          ? thrown
          : unexpectedError(messageOf(thrown), "System.Exception");
      if (error.body === undefined) request.empty(error.status);
      else request.json(error.status, JSON.stringify(error.body));
    }
  }

  /** Returns false for what the API does not have. */
  async #dispatch(request: ManagementRequest, segments: readonly string[]): Promise<boolean> {
    const [resource, first, second, third, ...more] = segments;
    if (more.length > 0) return false;
    switch (resource?.toLowerCase()) {
      case "orchestrators":
        if (request.method !== "POST" || first === undefined || third !== undefined) return false;
        await start(this.#parts, request, first, second);
        return true;
      case "instances":
        if (first === undefined) return this.#allInstances(request);
        if (second === undefined) return this.#oneInstance(request, first);
        return request.method === "POST" && this.#command(request, first, second.toLowerCase(), third);
      case "entities":
        return third === undefined && this.#entities(request, first, second);
      case "makeprimary":
        if (request.method !== "POST" || first !== undefined) return false;
        request.empty(200);
        return true;
      default:
        return false;
    }
  }

  async #allInstances(request: ManagementRequest): Promise<boolean> {
    const { hub, clock } = this.#parts;
    if (request.method === "GET") await answerInstances(hub, request);
    else if (request.method === "DELETE") await purgeInstances(hub, request, clock.now());
    else return false;
    return true;
  }

  async #oneInstance(request: ManagementRequest, instanceId: string): Promise<boolean> {
    const { hub } = this.#parts;
    if (request.method === "GET") await answerStatus(hub, request, instanceId);
    else if (request.method === "DELETE") await purge(hub, request, instanceId);
    else return false;
    return true;
  }

  async #command(
    request: ManagementRequest,
    instanceId: string,
    command: string,
    argument: string | undefined,
  ): Promise<boolean> {
    const { hub } = this.#parts;
    if (command === "raiseevent" && argument !== undefined) {
      await raiseEvent(hub, request, instanceId, argument);
      return true;
    }
    if (argument !== undefined) return false;
    switch (command) {
      case "terminate":
        await terminate(hub, request, instanceId);
        return true;
      case "suspend":
      case "resume":
        await suspendOrResume(hub, request, instanceId, command);
        return true;
      case "rewind":
        await rewind(hub, request, instanceId);
        return true;
      case "restart":
        await restart(this.#parts, request, instanceId);
        return true;
      case "restartwithoptions":
        await restartWithOptions(this.#parts, request, instanceId);
        return true;
      default:
        return false;
    }
  }

  async #entities(
    request: ManagementRequest,
    name: string | undefined,
    key: string | undefined,
  ): Promise<boolean> {
    const { hub } = this.#parts;
    if (name === undefined || key === undefined) {
      if (request.method !== "GET") return false;
      await answerEntities(hub, request, name);
      return true;
    }
    const id = entityId(name, key);
    if (request.method === "GET") await answerEntity(hub, request, id);
    else if (request.method === "POST") await signal(hub, this.#runner, request, id);
    else if (request.method === "DELETE") await deleteEntity(hub, this.#runner, request, id);
    else return false;
    return true;
  }
}

function basePath(path: string): string | undefined {
  const lower = path.toLowerCase();
  return [WEBHOOK_PATH, RPC_PATH].find((base) => lower === base || lower.startsWith(`${base}/`));
}
