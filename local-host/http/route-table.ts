import { AppError } from "../app/app-error.ts";
import type { AppFunction } from "../app/app-function.ts";
import { RouteTemplate } from "./route-template.ts";
import type { RouteValues } from "./route-template.ts";

/** An HTTP function and where it is served. */
export interface HttpRoute {
  readonly fn: AppFunction;
  readonly template: RouteTemplate;
  /** Upper case. */
  readonly methods: readonly string[];
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly params: RouteValues;
}

/** Methods that a trigger without any is open to. */
const ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"];

/**
 * The HTTP functions of an app, in the order in which the Functions host tries them: by name, first match wins,
 * the more specific template has no precedence. A method that does not fit is no match.
 */
export class RouteTable {
  readonly routes: readonly HttpRoute[];

  /**
   * @param functions in the order of the host
   * @throws {AppError} for malformed, reserved and conflicting routes
   */
  constructor(functions: readonly AppFunction[], routePrefix: string) {
    this.routes = functions
      .filter((fn) => fn.triggerType === "httptrigger" && !fn.disabled)
      .map((fn) => toRoute(fn, routePrefix));
    refuseConflicts(this.routes);
  }

  /** @param path the request's path without query, still encoded */
  match(method: string, path: string): RouteMatch | undefined {
    const segments = decodePath(path);
    for (const route of this.routes) {
      if (!route.methods.includes(method)) continue;
      const params = route.template.match(segments);
      if (params !== undefined) return { route, params };
    }
    return undefined;
  }
}

function toRoute(fn: AppFunction, routePrefix: string): HttpRoute {
  const { binding } = fn.trigger;
  const route = (binding.route ?? fn.name).replace(/^\/+/, "");
  if (/^(?:admin|runtime)(?:\/|$)/i.test(route)) {
    throw new AppError(
      `Function "${fn.name}": The specified route conflicts with one or more built in routes.`,
    );
  }
  try {
    return {
      fn,
      template: new RouteTemplate(routePrefix === "" ? route : `${routePrefix}/${route}`),
      methods: (binding.methods ?? ALL_METHODS).map((method) => method.toUpperCase()),
    };
  } catch (error) {
    if (error instanceof AppError) throw new AppError(`Function "${fn.name}": ${error.message}`);
    throw error;
  }
}

function refuseConflicts(routes: readonly HttpRoute[]): void {
  const taken = new Map<string, HttpRoute>();
  for (const route of routes) {
    for (const method of route.methods) {
      const key = `${method} ${route.template.shape}`;
      const other = taken.get(key);
      if (other !== undefined) {
        throw new AppError(
          `Functions "${other.fn.name}" and "${route.fn.name}" have the same route: ${method} /${route.template.text}`,
        );
      }
      taken.set(key, route);
    }
  }
}

/** Decodes each segment; an encoded slash stays encoded, as it does in ASP.NET. */
function decodePath(path: string): string[] {
  const trimmed = path.replace(/^\//, "").replace(/\/$/, "");
  if (trimmed === "") return [];
  return trimmed.split("/").map((segment) => {
    if (!segment.includes("%")) return segment;
    try {
      return decodeURIComponent(segment.replace(/%2f/gi, "%252F"));
    } catch {
      return segment;
    }
  });
}
