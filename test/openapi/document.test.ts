import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationsDescriptions } from "../../src/operations/operations.openapi.ts";
import { PATTERNS } from "../../src/patterns/patterns.ts";
import type { ApiDocument } from "../support/api-contract.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
let document: ApiDocument;

beforeAll(async () => {
  shop = await startShop();
  document = (await (await shop.host.fetch("/api/openapi.json")).json()) as ApiDocument;
});
afterAll(() => shop?.host.stop());

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
}
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      ...(operation as unknown as Described),
    })),
  );
const names = (of: readonly { readonly operationId: string }[]) =>
  of.map(({ operationId }) => operationId).toSorted();

test("it is available as JSON, without a key", async () => {
  const response = await shop.host.fetch("/api/openapi.json");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
});

interface Field {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
}

/** Fields of any length or size, by their path. */
function unbounded(field: Field, at: string): string[] {
  if (field.$ref !== undefined) {
    const schema = document.components.schemas[field.$ref.split("/").at(-1) ?? ""];
    return unbounded(schema as Field, at);
  }
  const isFixed = field.enum !== undefined || field.const !== undefined;
  const hasEnd: Readonly<Record<string, () => boolean>> = {
    // A day has ten characters, and a duration is a text with a fixed number of digits.
    string: () =>
      field.maxLength !== undefined ||
      /^(?:date|duration)$/.test(field.format ?? "") ||
      (field.pattern !== undefined && !/[*+]|,\}/.test(field.pattern)),
    array: () => field.maxItems !== undefined,
    number: () => field.minimum !== undefined && field.maximum !== undefined,
    integer: () => field.minimum !== undefined && field.maximum !== undefined,
  };
  const isOpen = !isFixed && hasEnd[field.type ?? ""]?.() === false;
  return [
    ...(isOpen ? [at] : []),
    ...Object.entries(field.properties ?? {}).flatMap(([name, each]) => unbounded(each, `${at}/${name}`)),
    ...[field.items ?? [], field.anyOf ?? [], field.oneOf ?? []]
      .flat()
      .flatMap((each) => unbounded(each, at)),
  ];
}

test("every field of a request has a bound", () => {
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).flatMap((operation) => {
      const { requestBody } = operation as {
        readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Field }>> };
      };
      const schema = requestBody?.content["application/json"]?.schema;
      return schema ? [{ path, open: unbounded(schema, path) }] : [];
    }),
  );
  expect(found.length).toBeGreaterThan(4);
  expect(found.flatMap(({ open }) => open)).toEqual([]);
});

test("a published validator finds it valid OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(document.openapi).toMatch(/^3\.1\./);
});

test("every HTTP function of the app is in it, and nothing else", () => {
  const functions = shop.host.app.functions
    .filter(({ triggerType }) => triggerType === "httptrigger")
    .map(({ name, trigger }) => {
      const { route, methods } = trigger.binding as unknown as { route: string; methods: string[] };
      // Every GET also supports HEAD, which the document states once.
      return `${methods.join(",").replace("GET,HEAD", "GET")} /api/${route.replaceAll("{*", "{")} ${name}`;
    });
  const described = operations().map(({ call, operationId }) => `${call} ${operationId}`);
  expect(described.toSorted()).toEqual(functions.toSorted());
  const descriptions = [...PATTERNS.map((pattern) => pattern.descriptions), operationsDescriptions];
  expect(descriptions.flatMap(Object.keys).toSorted()).toEqual(names(operations()));
});

describe("every operation", () => {
  test("has a summary, a tag, and all parameters of its path", () => {
    const faulty = operations().filter(({ call, summary, tags, parameters }) => {
      const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      const inRoute = [...call.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      return summary.length < 6 || tags.length !== 1 || inPath.join() !== inRoute.join();
    });
    expect(faulty).toEqual([]);
  });

  test("needs a key, except health, this document and the decision page", () => {
    const open = operations().filter(({ security }) => security?.length === 0);
    expect(names(open)).toEqual(["decideRefund", "getHealth", "getOpenApi", "showRefundDecision"]);
  });

  test("that changes instances needs the operators' key", () => {
    const guarded = operations().filter(({ security }) => JSON.stringify(security)?.includes("adminKey"));
    expect(names(guarded)).toEqual(
      names(operations().filter(({ call }) => /^(POST|DELETE) \/api\/instances\//.test(call))),
    );
    expect(guarded.length).toBeGreaterThan(4);
    const levels = shop.host.app.functions
      .filter(({ trigger }) => (trigger.binding as { authLevel?: string }).authLevel === "admin")
      .map(({ name }) => name);
    expect(levels.toSorted()).toEqual(names(guarded));
  });

  test("that starts something has an Idempotency-Key", () => {
    const starts = operations().filter(({ parameters }) =>
      parameters.some(({ name }) => name === "Idempotency-Key"),
    );
    const taken = operations().filter(
      ({ call, responses, tags }) =>
        call.startsWith("POST ") && "202" in responses && tags[0] !== "Operations",
    );
    expect(names(starts)).toEqual(names(taken));
    const shops = ["importPriceList", "placeOrder", "renderAlbum", "requestRefund", "requestReport"];
    expect(names(starts)).toEqual(expect.arrayContaining([...shops, "watchShipment"]));
  });
});

test("every reference is valid, and every schema is used", () => {
  const text = JSON.stringify(document);
  const referred = [...text.matchAll(/"\$ref":"(#\/components\/schemas\/[^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect(new Set(referred)).toEqual(new Set(known));
  expect(text).not.toContain("$defs");
});

test("the rules of a request are those that the app checks", () => {
  const order = document.paths["/api/orders"]?.["post"] as unknown as {
    requestBody: { content: { "application/json": { schema: Record<string, unknown> } } };
  };
  expect(order.requestBody.content["application/json"].schema).toMatchObject({
    additionalProperties: false,
    required: ["customer", "shipTo", "lines", "payment"],
    properties: { lines: { minItems: 1, maxItems: 50 } },
  });
});
