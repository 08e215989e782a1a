import * as fc from "fast-check";
import { oddHeader, oddQuery, oddSegment } from "./odd-heads.ts";
import { oddBody, oddJson, oddText } from "./odd-values.ts";
import { type Operation, OPERATIONS, type PathValue } from "./operations.ts";
import type { WireRequest } from "./wire.ts";

/** One change to a valid request. */
type Mutation =
  | { readonly kind: "field"; readonly edit: FieldEdit }
  | { readonly kind: "body"; readonly body: string | Uint8Array }
  | { readonly kind: "header"; readonly header: readonly [string, string] }
  | { readonly kind: "noContentType" }
  | { readonly kind: "segment"; readonly at: number; readonly segment: string }
  | { readonly kind: "extraSegment"; readonly segment: string }
  | { readonly kind: "spelling"; readonly how: Spelling }
  | { readonly kind: "method"; readonly method: string }
  | { readonly kind: "query"; readonly query: string };

/** Notations of a path that some servers normalise to the same path and others do not. */
const SPELLINGS = {
  doubleSlash: (path: string) => path.replace(/(?<=.)\//, "//"),
  slashAtEnd: (path: string) => `${path}/`,
  dot: (path: string) => path.replace(/(?<=.)\//, "/./"),
  upperCase: (path: string) => path.toUpperCase(),
  encoded: (path: string) => path.replace("a", "%61"),
  parameter: (path: string) => `${path};a=b`,
} as const;
type Spelling = keyof typeof SPELLINGS;

interface FieldEdit {
  /** The position of a value in the body, in source order. */
  readonly at: number;
  readonly how: "replace" | "remove" | "add" | "repeat";
  readonly name: string;
  /** JSON text. */
  readonly value: string;
}

/** A request of the API, and the changes to it. */
export interface HostileRequest {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, PathValue>>;
  readonly body: unknown;
  readonly mutations: readonly Mutation[];
}

const field = fc
  .record({
    at: fc.nat({ max: 30 }),
    how: fc.constantFrom(
      "replace" as const,
      "replace" as const,
      "remove" as const,
      "add" as const,
      "repeat" as const,
    ),
    name: fc.oneof(oddText, fc.constantFrom("status", "instanceId", "sku", "extra")),
    value: oddJson,
  })
  .map((edit): Mutation => ({ kind: "field", edit }));

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 10, arbitrary: field },
  { weight: 3, arbitrary: oddBody.map((body): Mutation => ({ kind: "body", body })) },
  { weight: 4, arbitrary: oddHeader.map((header): Mutation => ({ kind: "header", header })) },
  { weight: 1, arbitrary: fc.constant<Mutation>({ kind: "noContentType" }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.nat({ max: 3 }), oddSegment)
      .map(([at, segment]): Mutation => ({ kind: "segment", at, segment })),
  },
  { weight: 1, arbitrary: oddSegment.map((segment): Mutation => ({ kind: "extraSegment", segment })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...(Object.keys(SPELLINGS) as Spelling[]))
      .map((how): Mutation => ({ kind: "spelling", how })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...METHODS).map((method): Mutation => ({ kind: "method", method })),
  },
  { weight: 3, arbitrary: oddQuery.map((query): Mutation => ({ kind: "query", query })) },
);

const mutations = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 12, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
);

/** Operations with more possible errors are selected more often. */
const weighed = OPERATIONS.map((operation) => ({
  weight: operation.body === undefined ? 1 : 3,
  arbitrary: fc.record<HostileRequest>({
    operation: fc.constant(operation),
    path: fc.record(operation.parameters),
    body: operation.body ?? fc.constant(undefined),
    mutations,
  }),
}));

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(...weighed);

/** The meaning of a path parameter. */
type Resolve = (value: PathValue) => string;

/** The request as it is sent. */
export function toWire(hostile: HostileRequest, resolve: Resolve): WireRequest {
  const { operation, body, mutations } = hostile;
  const headers: Record<string, string> = {};
  if (operation.contentType !== undefined) headers["content-type"] = operation.contentType;
  let { method } = operation;
  const isText = typeof body === "string" || body instanceof Uint8Array;
  let sent = isText ? body : body === undefined ? undefined : edited(body, mutations);
  for (const it of mutations) {
    if (it.kind === "body") sent = it.body;
    if (it.kind === "header") headers[it.header[0]] = it.header[1];
    if (it.kind === "noContentType") delete headers["content-type"];
    if (it.kind === "method") ({ method } = it);
  }
  const path = pathOf(hostile, resolve);
  return { method, path, headers, ...(sent !== undefined && { body: sent }) };
}

/** With the query. */
function pathOf({ operation, path, mutations }: HostileRequest, resolve: Resolve): string {
  const segments = ["api", ...operation.route.split("/")];
  const parameters = [...segments.keys()].filter((at) => segments[at]?.startsWith("{"));
  for (const at of parameters) {
    const value = path[segments[at]?.slice(1, -1) ?? ""];
    if (value) segments[at] = resolve(value);
  }
  let query = "";
  let spelt = (text: string) => text;
  for (const it of mutations) {
    if (it.kind === "segment") {
      const at = parameters[it.at % Math.max(1, parameters.length)];
      if (at !== undefined) segments[at] = it.segment;
    }
    if (it.kind === "extraSegment") segments.push(it.segment);
    if (it.kind === "spelling") spelt = SPELLINGS[it.how];
    if (it.kind === "query") ({ query } = it);
  }
  return `${spelt(`/${segments.join("/")}`)}${query}`;
}

/** The body as JSON text with its changes, which may not be possible with JSON.stringify. */
function edited(body: unknown, mutations: readonly Mutation[]): string {
  const edits = mutations.flatMap((it) => (it.kind === "field" ? [it.edit] : []));
  let count = 0;
  const render = (value: unknown): string | undefined => {
    const at = count++;
    const own = edits.filter((edit) => edit.at === at);
    const [first] = own;
    if (first?.how === "replace") return first.value;
    if (first?.how === "remove") return undefined;
    if (Array.isArray(value)) {
      const added = own.map((edit) => edit.value);
      return `[${[...value.map((inner) => render(inner) ?? "null"), ...added].join(",")}]`;
    }
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const members = Object.entries(value).flatMap(([name, inner]) => {
      const text = inner === undefined ? undefined : render(inner);
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
    });
    const added = own.map(({ how, name, value: odd }) => {
      const target = how === "repeat" ? (Object.keys(value)[0] ?? name) : name;
      return `${JSON.stringify(target)}:${odd}`;
    });
    return `{${[...members, ...added].join(",")}}`;
  };
  return render(body) ?? "";
}

/** Changes that may turn a request into one for another operation. */
const MAY_LEAD_ELSEWHERE = new Set<Mutation["kind"]>(["method", "extraSegment", "segment"]);

/** Whether the query has an unknown name, or a name twice; health accepts any. */
export function mustRefuseQuery({ operation, mutations }: HostileRequest, { path }: WireRequest): boolean {
  if (operation.route === "health") return false;
  const isElsewhere = mutations.some(({ kind }) => MAY_LEAD_ELSEWHERE.has(kind));
  if (isElsewhere) return false;
  const { searchParams } = new URL(path, "http://localhost");
  const names = [...searchParams.keys()].filter((name) => name !== "code" && name !== "clientId");
  return new Set(names).size < names.length || names.some((name) => !operation.query.includes(name));
}

/** A head that any server accepts. */
const LONGEST_HEAD = 8000;

/**
 * Whether a server may respond itself, without calling the app: the path or host does not belong to the app, or is too
 * long.
 */
export function mayMissTheApp({ mutations }: HostileRequest, { path, headers }: WireRequest): boolean {
  // The host refuses a null byte in a path, as on Azure.
  if (/^[^?]*%00/.test(path)) return true;
  if (path.length + JSON.stringify(headers).length > LONGEST_HEAD) return true;
  return mutations.some(
    (it) =>
      it.kind === "method" ||
      it.kind === "extraSegment" ||
      it.kind === "spelling" ||
      (it.kind === "segment" && /^(\.|%2e){1,2}$/i.test(it.segment)) ||
      (it.kind === "header" && it.header[0] === "host"),
  );
}
