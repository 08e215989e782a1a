import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../errors.ts";
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
 * The Durable extension's HTTP API, under the webhook path and the path that the SDK's client uses. As in Core Tools,
 * the system key in the URLs is not checked.
 */
export class ManagementApi {
  readonly #parts: StartParts;
  readonly #authority: string;

  constructor(parts: StartParts) {
    this.#parts = parts;
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
        thrown instanceof ManagementError ? thrown : unexpectedError(messageOf(thrown), "System.Exception");
      if (error.body === undefined) request.empty(error.status);
      else request.json(error.status, JSON.stringify(error.body));
    }
  }

  /** Returns false for an address that the API does not have. */
  async #dispatch(request: ManagementRequest, segments: readonly string[]): Promise<boolean> {
    const [resource = "", ...rest] = segments;
    switch (resource.toLowerCase()) {
      case "orchestrators":
        return this.#orchestrators(request, rest);
      case "instances":
        return this.#instances(request, rest);
      case "entities":
        return this.#entities(request, rest);
      case "makeprimary":
        if (request.method !== "POST" || rest.length > 0) return false;
        request.empty(200);
        return true;
      default:
        return false;
    }
  }

  async #orchestrators(request: ManagementRequest, segments: readonly string[]): Promise<boolean> {
    const [name, instanceId] = segments;
    if (request.method !== "POST" || name === undefined || segments.length > 2) return false;
    await start(this.#parts, request, name, instanceId);
    return true;
  }

  async #instances(request: ManagementRequest, segments: readonly string[]): Promise<boolean> {
    const { hub, clock } = this.#parts;
    const [instanceId, command, argument] = segments;
    if (segments.length > 3) return false;
    if (instanceId !== undefined && command !== undefined) {
      return request.method === "POST" && this.#command(request, instanceId, command.toLowerCase(), argument);
    }
    if (request.method === "GET") {
      if (instanceId === undefined) await answerInstances(hub, request);
      else await answerStatus(hub, request, instanceId);
      return true;
    }
    if (request.method !== "DELETE") return false;
    if (instanceId === undefined) await purgeInstances(hub, request, clock.now());
    else await purge(hub, request, instanceId);
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

  async #entities(request: ManagementRequest, segments: readonly string[]): Promise<boolean> {
    const { hub, runner } = this.#parts;
    const [name, key] = segments;
    if (segments.length > 2) return false;
    if (name === undefined || key === undefined) {
      if (request.method !== "GET") return false;
      await answerEntities(hub, request, name);
      return true;
    }
    const id = entityId(name, key);
    if (request.method === "GET") await answerEntity(hub, request, id);
    else if (request.method === "POST") await signal(hub, runner, request, id);
    else if (request.method === "DELETE") await deleteEntity(hub, runner, request, id);
    else return false;
    return true;
  }
}

function basePath(path: string): string | undefined {
  const lower = path.toLowerCase();
  return [WEBHOOK_PATH, RPC_PATH].find((base) => lower === base || lower.startsWith(`${base}/`));
}
