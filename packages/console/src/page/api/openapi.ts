import { OPENAPI_PATH } from "../../api/local-host-extras.ts";
import { HttpError, sendJson } from "./http.ts";

/** What the page reads of a JSON schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}

/** One operation of the app's API. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** Schema of a JSON body. */
  readonly json?: Schema;
  readonly isBodyRequired: boolean;
  /** Media types of a body that is not JSON. */
  readonly mediaTypes: readonly string[];
  /** A body of the first of them. */
  readonly text?: string;
  /** Whether it starts a process: a POST that answers 202, and is not about one instance. */
  readonly isStart: boolean;
}

export interface OpenApi {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly resolve: (schema: Schema) => Schema;
}

interface RawOperation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly parameters?: readonly (Partial<Parameter> & { readonly name: string })[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;
  };
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface RawDocument {
  readonly info?: { readonly title?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Returns undefined if the app has no such document. */
export async function readOpenApi(): Promise<OpenApi | undefined> {
  try {
    return openApiOf(await sendJson<RawDocument>(OPENAPI_PATH));
  } catch (error) {
    if (error instanceof HttpError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function openApiOf(document: RawDocument): OpenApi {
  const schemas = document.components?.schemas ?? {};
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const raw = methods[method];
      return raw === undefined ? [] : [operationOf(path, method, raw)];
    }),
  );
  return {
    title: document.info?.title ?? "the app",
    operations,
    resolve: (schema) => schemas[schema.$ref?.replace("#/components/schemas/", "") ?? ""] ?? schema,
  };
}

function operationOf(path: string, method: string, raw: RawOperation): Operation {
  const { operationId, tags = [], summary = "", parameters = [], requestBody = {}, responses = {} } = raw;
  return {
    id: operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    tag: tags[0] ?? "Operations",
    summary,
    parameters: parameters.map(parameterOf),
    isBodyRequired: requestBody.required ?? false,
    ...bodyOf(requestBody.content ?? {}),
    isStart: method === "post" && "202" in responses && !path.includes("{id}"),
  };
}

function parameterOf(raw: Partial<Parameter> & { readonly name: string }): Parameter {
  return { in: "query", required: false, schema: {}, ...raw };
}

type Content = NonNullable<NonNullable<RawOperation["requestBody"]>["content"]>;

function bodyOf(content: Content): Pick<Operation, "json" | "mediaTypes" | "text"> {
  const json = content["application/json"];
  const mediaTypes = Object.keys(content).filter((type) => type !== "application/json");
  const text = content[mediaTypes[0] ?? ""]?.example;
  return {
    mediaTypes,
    ...(json !== undefined && { json: withExample(json.schema ?? {}, json.example) }),
    ...(typeof text === "string" && { text }),
  };
}

const withExample = (schema: Schema, example: unknown) =>
  example === undefined ? schema : { ...schema, example };
