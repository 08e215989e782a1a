import type { Endpoint } from "../http/endpoint.ts";
import type { Descriptions } from "./description.ts";
import { openApiDocument } from "./document.ts";

/** Serves the API's OpenAPI document. */
export function createOpenApiEndpoints(
  endpoints: readonly Endpoint[],
  descriptions: Descriptions,
): Endpoint[] {
  const self: Endpoint = {
    name: "getOpenApi",
    method: "GET",
    route: "openapi.json",
    authLevel: "anonymous",
    async handle(_request, { url }) {
      document ??= openApiDocument([...endpoints, self], descriptions);
      return { jsonBody: { ...document, servers: [{ url: url("/").replace(/\/$/, "") }] } };
    },
  };
  // Created on the first request, because it would slow down every cold start.
  let document: object | undefined;
  return [self];
}
