import type { Endpoint } from "../http/endpoint.ts";
import type { Descriptions } from "./description.ts";
import { openApiDocument } from "./document.ts";

/** Tells programs and people what the API can do. */
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
  // Made when somebody first asks for it: every cold start would pay for it otherwise.
  let document: object | undefined;
  return [self];
}
