import type { RpcHttpRequest } from "./rpc-http.ts";

/**
 * What outputs may refer to by name: properties of a JSON body, query values over them, route values over both, and
 * `Query` and `Headers` as a whole. A streamed body is gone by then.
 */
export function requestData({
  headers,
  query,
  params,
  body,
}: Pick<RpcHttpRequest, "headers" | "query" | "params" | "body">): Readonly<Record<string, unknown>> {
  return { ...bodyProperties(body?.bytes), ...query, ...params, Query: query, Headers: headers };
}

function bodyProperties(bytes: Uint8Array | undefined): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes ?? []).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
