import {
  app,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from "@azure/functions";
import type { z } from "zod";
import {
  durableClientInput,
  orchestrationClient,
  type OrchestrationClient,
} from "../durable/client/orchestration-client.ts";
import { taskHub, type TaskHub } from "../durable/task-hub/task-hub.ts";
import { eventLog, type Log } from "../durable/orchestration/log.ts";
import { discardBody } from "./read-body.ts";
import { Problem } from "./problem.ts";
import { conditionOf, NO_QUERY, readQuery } from "./read-request.ts";
import { isUnavailable } from "../storage/unavailable.ts";

/** What an endpoint needs besides its request. */
export interface Call {
  readonly orchestrations: OrchestrationClient;
  readonly taskHub: TaskHub;
  /** An absolute URL of this app, with the origin that callers use. @param path begins with a slash */
  readonly url: (path: string) => string;
  readonly log: Log;
}

/** One route of the public API. */
export interface Endpoint {
  /** Name of the function, a verb phrase. */
  readonly name: string;
  readonly method: HttpMethod;
  /** Route template below `/api`. */
  readonly route: string;
  /**
   * Which key is needed on Azure: callers have the `function` key (the default), only operators have the `admin` key.
   */
  readonly authLevel?: "function" | "admin" | "anonymous";
  /** Query parameters that the endpoint validates itself; without this, any query is a 400. */
  readonly query?: z.ZodObject | "ignored";
  /** Whether it handles If-Match and similar headers itself. Without this, a change with such a header is refused. */
  readonly isConditional?: boolean;
  /** Converts a problem to another kind of response, such as a page. */
  readonly showProblem?: (problem: Problem, request: HttpRequest) => HttpResponseInit;
  /** Returns a response or throws a `Problem`. */
  readonly handle: (request: HttpRequest, call: Call) => Promise<HttpResponseInit>;
}

/**
 * Registers endpoints with the Functions runtime; called from the composition root only.
 *
 * @param publicUrl the app's address from outside; if undefined, the address that each caller used
 */
export function registerEndpoints(
  { publicUrl }: { readonly publicUrl: string | undefined },
  ...endpoints: readonly Endpoint[]
): void {
  for (const endpoint of endpoints) {
    const { name, method, route, authLevel = "function" } = endpoint;
    app.http(name, {
      // A resource that supports GET also supports HEAD (RFC 9110, 9.1); the host omits the body.
      methods: method === "GET" ? ["GET", "HEAD"] : [method],
      route,
      authLevel,
      extraInputs: [durableClientInput],
      handler: (request, context) =>
        answer(request, context, { ...endpoint, base: publicUrl ?? new URL(request.url).origin }),
    });
  }
}

/** Every error becomes problem+json without a stack; an error that is not a `Problem` is logged. */
async function answer(
  request: HttpRequest,
  context: InvocationContext,
  endpoint: Endpoint & { readonly base: string },
): Promise<HttpResponseInit> {
  const { method, query, isConditional, handle, base } = endpoint;
  try {
    if (method !== "GET" && !isConditional) conditionOf(request)?.(undefined);
    if (!query) readQuery(request, NO_QUERY);
    return await handle(request, {
      orchestrations: orchestrationClient(context),
      // Created on demand, because most endpoints never need it.
      get taskHub() {
        return taskHub(context);
      },
      url: (path) => new URL(`${base}${path}`).href,
      log: eventLog(context),
    });
  } catch (error) {
    discardBody(request);
    const problem = problemOf(error, context);
    return endpoint.showProblem?.(problem, request) ?? problem.toResponse();
  }
}

function problemOf(error: unknown, context: InvocationContext): Problem {
  if (error instanceof Problem) return error;
  context.error(error);
  if (!isUnavailable(error)) {
    return new Problem("internal", `Report this with the invocation id ${context.invocationId}`);
  }
  const detail = "Storage is not available at the moment; try again shortly";
  return new Problem("unavailable", detail, { headers: { "retry-after": "5" } });
}
