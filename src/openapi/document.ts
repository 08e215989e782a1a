import { z } from "zod";
import type { Endpoint } from "../http/endpoint.ts";
import type { Answer, Description, Descriptions } from "./description.ts";
import { problem } from "./schemas.ts";

type Json = Record<string, unknown>;

/** Parameters of a route, `{*rest}` included. */
const PARAMETER = /\{\*?([A-Za-z]+)\}/g;

const INFO = {
  title: "Photo print shop",
  version: "2.0",
  description:
    "Back office of an online photo-print shop: seven patterns of Durable Functions. Processes are started by " +
    "POST, which returns 202 with the URL of a resource; the resource shows the progress of the process. Every resource " +
    "with GET also supports HEAD. A resource with an ETag supports conditional requests (If-Match, " +
    "If-None-Match, If-Unmodified-Since); if a condition is not met, the response is a 412.",
  license: { name: "MIT", identifier: "MIT" },
};

/**
 * The OpenAPI 3.1 document, made from the schemas that validate the requests. An endpoint without a description is
 * omitted; a test checks that there is none.
 */
export function openApiDocument(endpoints: readonly Endpoint[], descriptions: Descriptions): Json {
  const schemas = new Components();
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const description = descriptions[endpoint.name];
    if (!description) continue;
    const path = `/api/${endpoint.route.replaceAll(PARAMETER, "{$1}")}`;
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint, description, schemas);
  }
  const content = { "application/problem+json": { schema: schemas.of(problem, "output") } };
  return {
    openapi: "3.1.0",
    info: INFO,
    security: [{ functionKey: [] }],
    tags: [...new Set(Object.values(descriptions).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.all,
      responses: { Problem: { description: "The error, with its status and the invalid fields", content } },
      securitySchemes: {
        functionKey: {
          type: "apiKey",
          in: "header",
          name: "x-functions-key",
          description: "Function key; needed on Azure, not locally",
        },
        adminKey: {
          type: "apiKey",
          in: "header",
          name: "x-functions-key",
          description: "Master key, for operators only. Azure requires it; a local host does not.",
        },
      },
    },
  };
}

function operation(endpoint: Endpoint, description: Description, schemas: Components): Json {
  const { tag, summary, answers, body, bodyTypes } = description;
  return {
    operationId: endpoint.name,
    tags: [tag],
    summary,
    ...(endpoint.authLevel === "anonymous" && { security: [] }),
    ...(endpoint.authLevel === "admin" && { security: [{ adminKey: [] }] }),
    parameters: parameters(endpoint, description, schemas),
    ...((body ?? bodyTypes) && { requestBody: requestBody(description, schemas) }),
    responses: {
      // The Functions host itself responds to a missing key, without a body.
      ...(endpoint.authLevel !== "anonymous" && { 401: { description: "The key is missing or invalid" } }),
      ...Object.fromEntries(
        problemStatuses(endpoint, description).map((status) => [
          status,
          { $ref: "#/components/responses/Problem" },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, response(answer, schemas)]),
      ),
    },
  };
}

function parameters(endpoint: Endpoint, { path, headers }: Description, schemas: Components): Json[] {
  const { route, query } = endpoint;
  const names = [...route.matchAll(PARAMETER)].map(([, name = ""]) => name);
  return [
    ...names.map((name) => parameter("path", name, path?.[name] ?? z.string(), schemas)),
    ...Object.entries(typeof query === "object" ? query.shape : {}).map(([name, schema]) =>
      parameter("query", name, schema, schemas),
    ),
    ...Object.entries({ ...headers, ...conditionHeaders(endpoint) }).map(([name, schema]) =>
      parameter("header", name, schema, schemas),
    ),
  ];
}

function parameter(
  place: "path" | "query" | "header",
  name: string,
  type: unknown,
  schemas: Components,
): Json {
  const schema = type as z.ZodType;
  const required = place === "path" || !schema.safeParse(undefined).success;
  return { name, in: place, required, schema: schemas.of(schema, "input") };
}

/** The headers of RFC 9110, 13.1. */
function conditionHeaders({ method, isConditional }: Endpoint): Readonly<Record<string, z.ZodType>> {
  if (!isConditional) return {};
  const names =
    method === "GET"
      ? ["If-None-Match", "If-Modified-Since"]
      : ["If-Match", "If-None-Match", "If-Unmodified-Since"];
  return Object.fromEntries(names.map((name) => [name, z.string().optional()]));
}

function requestBody(description: Description, schemas: Components): Json {
  const { body, bodyTypes, isBodyOptional, sample } = description;
  const example = sample === undefined ? {} : { example: sample };
  const content = body
    ? { "application/json": { schema: schemas.of(body, "input"), ...example } }
    : Object.fromEntries((bodyTypes ?? []).map((mediaType) => [mediaType, example]));
  return { required: isBodyOptional !== true, content };
}

function response({ description, schema, contentType, headers = {} }: Answer, schemas: Components): Json {
  const content = schema
    ? { "application/json": { schema: schemas.of(schema, "output") } }
    : contentType && { [contentType]: {} };
  return {
    description,
    ...(content && { content }),
    ...(Object.keys(headers).length > 0 && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: "string" } },
        ]),
      ),
    }),
  };
}

function problemStatuses(
  { method, route, query, isConditional }: Endpoint,
  { headers = {}, body, bodyTypes, isNeverMissing, problems = [] }: Description,
): number[] {
  return [
    ...(query === "ignored" ? [] : [400]),
    ...(route.includes("{") && !isNeverMissing ? [404] : []),
    ...(body || bodyTypes ? [408, 413, 415] : []),
    ...("Idempotency-Key" in headers ? [422] : []),
    // A change that does not support preconditions refuses them.
    ...(isConditional || method !== "GET" ? [412] : []),
    ...problems,
    500,
    503,
  ];
}

/** JSON schemas; a schema with an id is written once, and others refer to it. */
class Components {
  readonly all: Record<string, unknown> = {};

  of(schema: z.ZodType, io: "input" | "output"): Json {
    const json = z.toJSONSchema(schema, { io, unrepresentable: "any", override: readable }) as Json;
    const { $schema: _, $defs = {}, ...rest } = json;
    Object.assign(this.all, pointingIntoComponents($defs));
    return pointingIntoComponents(rest) as Json;
  }
}

/** Removes details without information for readers: the pattern of a format, the bounds of all integers. */
function readable({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema["format"] !== undefined) delete jsonSchema["pattern"];
  if (jsonSchema["minimum"] === Number.MIN_SAFE_INTEGER) delete jsonSchema["minimum"];
  if (jsonSchema["maximum"] === Number.MAX_SAFE_INTEGER) delete jsonSchema["maximum"];
}

function pointingIntoComponents(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", "#/components/schemas/") : value,
  );
}
