import type { Endpoint } from "../http/endpoint.ts";
import type { HealthCheck } from "./health.ts";

/** For load balancers and people. Returns 503 only when the app cannot work, not for single stuck instances. */
export function createHealthEndpoints(health: HealthCheck): Endpoint[] {
  return [
    {
      name: "getHealth",
      method: "GET",
      route: "health",
      authLevel: "anonymous",
      // A probe may add a parameter to avoid caches; it must not get a 400 and report the app as down.
      query: "ignored",
      async handle(_request, { taskHub, log }) {
        const state = await health.check(taskHub, log);
        return {
          status: state.status === "unhealthy" ? 503 : 200,
          headers: { "cache-control": "no-store" },
          jsonBody: state,
        };
      },
    },
  ];
}
