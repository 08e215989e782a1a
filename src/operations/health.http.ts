import type { Endpoint } from "../http/endpoint.ts";
import type { HealthCheck } from "./health.ts";

/** For load balancers and people: 503 only when the app cannot work, not for single instances that are stuck. */
export function createHealthEndpoints(health: HealthCheck): Endpoint[] {
  return [
    {
      name: "getHealth",
      method: "GET",
      route: "health",
      authLevel: "anonymous",
      // A probe that adds something against caches must not take the app for dead.
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
