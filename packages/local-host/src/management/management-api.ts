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
      const answered = this.#dispatch(request, segments);
      if (answered === undefined) request.empty(404);
      else await answered;
    } catch (thrown) {
      if (thrown instanceof BodyTooLargeError) throw thrown;
      const error =
        thrown instanceof ManagementError ? thrown : unexpectedError(messageOf(thrown), "System.Exception");
      if (error.body === undefined) request.empty(error.status);
      else request.json(error.status, JSON.stringify(error.body));
    }
  }

  /** Handles the request; undefined for an address that the API does not have. */
  #dispatch(request: ManagementRequest, segments: readonly string[]): Promise<void> | undefined {
    const [resource = "", ...rest] = segments;
    switch (resource.toLowerCase()) {
      case "orchestrators":
        return this.#orchestrators(request, rest);
      case "instances":
        return this.#instances(request, rest);
      case "entities":
        return this.#entities(request, rest);
      case "makeprimary":
        if (request.method !== "POST" || rest.length > 0) return undefined;
        return Promise.resolve(request.empty(200));
      default:
        return undefined;
    }
  }

  #orchestrators(request: ManagementRequest, segments: readonly string[]): Promise<void> | undefined {
    const [name, instanceId] = segments;
    if (request.method !== "POST" || name === undefined || segments.length > 2) return undefined;
    return start(this.#parts, request, name, instanceId);
  }

  #instances(request: ManagementRequest, segments: readonly string[]): Promise<void> | undefined {
    const { hub, clock } = this.#parts;
    const [instanceId, command, argument] = segments;
    if (segments.length > 3) return undefined;
    if (instanceId !== undefined && command !== undefined) {
      if (request.method !== "POST") return undefined;
      return this.#command(request, instanceId, command.toLowerCase(), argument);
    }
    switch (request.method) {
      case "GET":
        return instanceId === undefined
          ? answerInstances(hub, request)
          : answerStatus(hub, request, instanceId);
      case "DELETE":
        return instanceId === undefined
          ? purgeInstances(hub, request, clock.now())
          : purge(hub, request, instanceId);
      default:
        return undefined;
    }
  }

  #command(
    request: ManagementRequest,
    instanceId: string,
    command: string,
    argument: string | undefined,
  ): Promise<void> | undefined {
    const { hub } = this.#parts;
    if (argument !== undefined) {
      return command === "raiseevent" ? raiseEvent(hub, request, instanceId, argument) : undefined;
    }
    switch (command) {
      case "terminate":
        return terminate(hub, request, instanceId);
      case "suspend":
      case "resume":
        return suspendOrResume(hub, request, instanceId, command);
      case "rewind":
        return rewind(hub, request, instanceId);
      case "restart":
        return restart(this.#parts, request, instanceId);
      case "restartwithoptions":
        return restartWithOptions(this.#parts, request, instanceId);
      default:
        return undefined;
    }
  }

  #entities(request: ManagementRequest, segments: readonly string[]): Promise<void> | undefined {
    const { hub, runner } = this.#parts;
    const [name, key] = segments;
    if (segments.length > 2) return undefined;
    if (name === undefined || key === undefined) {
      return request.method === "GET" ? answerEntities(hub, request, name) : undefined;
    }
    const id = entityId(name, key);
    switch (request.method) {
      case "GET":
        return answerEntity(hub, request, id);
      case "POST":
        return signal(hub, runner, request, id);
      case "DELETE":
        return deleteEntity(hub, runner, request, id);
      default:
        return undefined;
    }
  }
}

function basePath(path: string): string | undefined {
  const lower = path.toLowerCase();
  return [WEBHOOK_PATH, RPC_PATH].find((base) => lower === base || lower.startsWith(`${base}/`));
}
