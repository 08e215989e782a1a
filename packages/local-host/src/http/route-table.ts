import { AppError } from "../app/app-error.ts";
import type { AppFunction, FunctionError } from "../app/app-function.ts";
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

/** A route that never gets the requests for some of its methods. */
export interface ShadowedRoute {
  readonly route: HttpRoute;
  /** The route that gets them instead: it is tried first and matches at least the same paths. */
  readonly by: HttpRoute;
  readonly methods: readonly string[];
}

/** The methods of a trigger that names none. */
const ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"];

/**
 * The HTTP functions of an app, in the order in which the Functions host tries them: by name. The first match wins, so
 * a more specific template has no precedence. The method must match, too.
 */
export class RouteTable {
  readonly routes: readonly HttpRoute[];
  /** Functions whose route is already in use; they are not served. */
  readonly errors: readonly FunctionError[];
  readonly shadowed: readonly ShadowedRoute[];

  /**
   * @param functions in the order of the Functions host
   * @throws {AppError} for malformed routes
   */
  constructor(functions: readonly AppFunction[], routePrefix: string) {
    const routes: HttpRoute[] = [];
    const errors: FunctionError[] = [];
    for (const fn of functions) {
      if (fn.triggerType !== "httptrigger" || fn.disabled) continue;
      const route = toRoute(fn, routePrefix);
      const message = conflict(route, routes);
      if (message === undefined) routes.push(route);
      else errors.push({ name: fn.name, message });
    }
    this.routes = routes;
    this.errors = errors;
    this.shadowed = routes.flatMap((route, index) => shadowsOf(route, routes.slice(0, index)));
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
  const path = ownPath(fn);
  try {
    return {
      fn,
      template: new RouteTemplate(routePrefix === "" ? path : `${routePrefix}/${path}`),
      methods: (binding.methods ?? ALL_METHODS).map((method) => method.toUpperCase()),
    };
  } catch (error) {
    if (error instanceof AppError) throw new AppError(`Function "${fn.name}": ${error.message}`);
    throw error;
  }
}

/** The function's route below the prefix. */
function ownPath({ name, trigger: { binding } }: AppFunction): string {
  return (binding.route ?? name).replace(/^\/+|\/+$/g, "");
}

/** The Functions host's message if it refuses a route because of those that it has accepted. */
function conflict({ fn, methods }: HttpRoute, taken: readonly HttpRoute[]): string | undefined {
  const path = ownPath(fn).toLowerCase();
  if (/^(?:admin|runtime)/.test(path)) {
    return "The specified route conflicts with one or more built in routes.";
  }
  const other = taken.find(
    (route) =>
      ownPath(route.fn).toLowerCase() === path && route.methods.some((method) => methods.includes(method)),
  );
  if (other === undefined) return undefined;
  return `The route specified conflicts with the route defined by function '${other.fn.name}'.`;
}

function shadowsOf(route: HttpRoute, before: readonly HttpRoute[]): ShadowedRoute[] {
  return before
    .filter(({ template }) => template.covers(route.template))
    .map((by) => ({ route, by, methods: route.methods.filter((method) => by.methods.includes(method)) }))
    .filter(({ methods }) => methods.length > 0);
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
