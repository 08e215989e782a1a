import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionError } from "../app/app-function.ts";
import type { AppEnvironment } from "../app/app-environment.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { MountedConsole } from "../console/installed-console.ts";
import type { Invoker } from "../invocation/invoker.ts";
import { ManagementApi } from "../management/management-api.ts";
import type { AdminApi } from "../triggers/admin-api.ts";
import { BlobWebhook } from "../triggers/blob-webhook.ts";
import { BufferedTrigger } from "./buffered-trigger.ts";
import { Cors } from "./cors.ts";
import type { OutputWriter } from "../invocation/output-writer.ts";
import { refusedHead, splitTarget } from "./http-message.ts";
import { RequestGuard } from "./request-guard.ts";
import { RouteTable } from "./route-table.ts";
import type { HttpRoute, ShadowedRoute } from "./route-table.ts";
import { StreamingTrigger } from "./streaming-trigger.ts";
import type { ListenerLog } from "../triggers/trigger-listener.ts";

/** Routes each request: to the console, the management API, the admin API, an HTTP function, or 404. */
export class FrontEnd {
  readonly routes: readonly HttpRoute[];
  readonly #table: RouteTable;
  readonly #management: ManagementApi;
  readonly #admin: AdminApi;
  readonly #blobWebhook: BlobWebhook;
  readonly #console: MountedConsole | undefined;
  readonly #buffered: BufferedTrigger;
  readonly #streaming: StreamingTrigger | undefined;
  readonly #environment: AppEnvironment;
  readonly #cors: Cors;
  readonly #guard: RequestGuard;
  readonly #customHeaders: readonly (readonly [name: string, value: string])[];
  #draining = false;

  /** @throws {AppError} for malformed routes and names of allowed hosts */
  constructor(parts: {
    readonly app: LoadedApp;
    readonly invoker: Invoker;
    readonly management: ManagementApi;
    readonly admin: AdminApi;
    readonly blobWebhook: BlobWebhook;
    readonly console: MountedConsole | undefined;
    readonly authority: string;
    readonly allowedHosts: readonly string[];
    readonly writeOutputs: OutputWriter;
    readonly log: ListenerLog;
  }) {
    const { app, invoker, authority, log } = parts;
    this.#table = new RouteTable(app.functions, app.settings.routePrefix);
    this.routes = this.#table.routes;
    for (const error of [...app.functionErrors, ...this.#table.errors]) log(error, "error", errorText(error));
    for (const shadow of this.#table.shadowed) log(shadow.route.fn, "warning", shadowText(shadow));
    this.#environment = app.environment;
    this.#cors = new Cors(app.cors);
    this.#guard = new RequestGuard(parts.allowedHosts, this.#cors);
    this.#customHeaders = Object.entries(app.settings.customHeaders);
    this.#management = parts.management;
    this.#admin = parts.admin;
    this.#blobWebhook = parts.blobWebhook;
    this.#console = parts.console;
    this.#buffered = new BufferedTrigger(invoker, authority, parts.writeOutputs);
    this.#streaming =
      app.streamingUrl === undefined ? undefined : new StreamingTrigger(app.streamingUrl, parts);
  }

  /** From now on the app gets no new requests; its own calls of the management API still work. */
  drain(): void {
    this.#draining = true;
    this.#console?.close();
  }

  close(): void {
    this.#streaming?.close();
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusedHead(request);
    if (refusal !== undefined) {
      response.writeHead(refusal, { "content-length": 0, connection: "close" }).end();
      return;
    }
    const { path } = splitTarget(request);
    const unwanted = this.#guard.refusalOf(request, path);
    if (unwanted !== undefined) return refuse(response, unwanted);
    // Before CORS: the sites that the app allows may not use the console.
    if (this.#isAnsweredByConsole(request, response)) return;
    if (this.#cors.handle(request, response) === "answered") return;
    for (const [name, value] of this.#customHeaders) response.setHeader(name, value);
    if (ManagementApi.owns(path)) return this.#management.serve(request, response);
    if (this.#draining) {
      response.writeHead(503, { "retry-after": "1", connection: "close" }).end();
      return;
    }
    if (BlobWebhook.owns(path)) return this.#blobWebhook.serve(request, response);
    if (/^\/admin\//i.test(path)) return this.#admin.serve(request, response, path);
    const match = this.#table.match(request.method ?? "GET", path);
    if (match === undefined) {
      if (path === "/") answerHome(response, this.#environment);
      else response.writeHead(404, { "content-length": 0 }).end();
      return;
    }
    return (this.#streaming ?? this.#buffered).serve(request, response, match);
  }

  #isAnsweredByConsole(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#console === undefined || this.#draining) return false;
    const { path } = splitTarget(request);
    // The app may have a function there.
    const isAppsHome = path === "/" && this.#table.match(request.method ?? "GET", path) !== undefined;
    return !isAppsHome && this.#console.serve(request, response);
  }
}

function refuse(response: ServerResponse, reason: string): void {
  const text = `${reason}\n`;
  response.writeHead(403, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    connection: "close",
  });
  response.end(text);
}

const HOME_PAGE = "<!DOCTYPE html><title>Local host</title><p>The function app is up and running.</p>\n";

/** For any method: monitors and browsers use this address to check whether the app runs. */
function answerHome(response: ServerResponse, environment: AppEnvironment): void {
  if (environment.get("AzureWebJobsDisableHomepage")?.toLowerCase() === "true") response.writeHead(204).end();
  else response.writeHead(200, { "content-type": "text/html" }).end(HOME_PAGE);
}

function errorText({ name, message }: FunctionError): string {
  return `The '${name}' function is in error: ${message}`;
}

function shadowText({ route, by, methods }: ShadowedRoute): string {
  return (
    `${methods.join(", ")} /${route.template.text} never reaches this function: the Functions host tries routes in the ` +
    `order of the function names, and /${by.template.text} of '${by.fn.name}' comes first and also matches.`
  );
}
