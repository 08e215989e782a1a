import * as fc from "fast-check";
import { api } from "../e2e/app.ts";
import { type Schema, valuesOf } from "./schema-values.ts";
import { ODD_DURATIONS, ODD_TIMES } from "./odd-values.ts";
import { oddLine, oddPhoto } from "./odd-files.ts";

/**
 * A value for a name in a route. `pool` is replaced by the id of an instance that this run has started, `parcel` by a
 * tracking number of the carrier.
 */
export type PathValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "pool"; readonly index: number }
  | { readonly kind: "parcel" };

/** One operation of the API, with the responses that it may return. */
export interface Operation {
  readonly method: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, fc.Arbitrary<PathValue>>>;
  readonly contentType?: string;
  /** JSON values are mutated field by field, texts as a whole. */
  readonly body?: fc.Arbitrary<unknown>;
  /** The names of its query parameters. */
  readonly query: readonly string[];
}

const text = (...texts: readonly string[]): fc.Arbitrary<PathValue> =>
  fc.constantFrom(...texts).map((it) => ({ kind: "text", text: it }));
const pool = fc.nat().map((index): PathValue => ({ kind: "pool", index }));
const orNone = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const parcel = fc.oneof(text("PP00000000", "nobodys"), fc.constant<PathValue>({ kind: "parcel" }));
const album = text("hostile-a", "hostile-b", "hostile-nobodys");
const list = text("hostile-a", "hostile-b", "hostile-nobodys");
const words = fc.constantFrom("Sample", "Müller & Söhne", "O'Neill", "名前", "A-1 (2nd floor)", "=1+1");
const email = fc.constantFrom("customer@example.com", "a+b@example.org");
const money = fc.record({ value: fc.integer({ min: 1, max: 4000 }), currency: fc.constant("EUR") });
const sku = fc.constantFrom("mug-300", "poster-50x70", "book-a4-24", "calendar-2020", "nobodys");

const order = fc.record({
  customer: fc.record({ name: words, email }),
  shipTo: fc.record({
    name: words,
    street: words,
    postalCode: fc.constantFrom("10115", "00000", "SW1A 1AA"),
    city: words,
    country: fc.constantFrom("DE", "FR"),
  }),
  lines: fc.array(fc.record({ sku, quantity: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  payment: fc.record({ token: fc.constantFrom("tok_ok", "tok_declined", "tok_nobodys") }),
});
/** Sometimes a time at the limits of valid times, or outside them. */
const time = (...usual: readonly string[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_TIMES) },
  );
const duration = (...usual: readonly string[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_DURATIONS) },
  );
const report = fc.record({
  from: time("2026-01-01", "2026-06-30"),
  to: time("2026-07-01", "2026-12-31"),
  groupBy: fc.constantFrom("day", "sku", "country"),
});
const refund = fc.record({
  orderId: fc.constantFrom("order-nobodys", "x"),
  amount: money,
  reason: words,
  approver: email,
  escalateTo: email,
  deadline: orNone(duration("PT1S", "PT2S")),
});
const watch = fc.record({
  deadline: orNone(duration("PT1S", "P1D")),
  minInterval: orNone(duration("PT1S", "PT1M")),
  maxInterval: orNone(duration("PT1M", "PT1H")),
  notify: email,
});
const renditions = fc.record({
  widths: fc.uniqueArray(fc.integer({ min: 16, max: 64 }), { minLength: 1, maxLength: 2 }),
  format: fc.constantFrom("webp", "jpeg"),
  quality: orNone(fc.integer({ min: 1, max: 100 })),
});
const priceImport = fc.record({
  onError: fc.constantFrom("retry", "skip", "fail"),
  retry: orNone(fc.record({ attempts: fc.integer({ min: 1, max: 2 }), firstInterval: duration("PT1S") })),
  lineTimeout: orNone(duration("PT1S", "PT5S")),
});
const csv = fc
  .tuple(
    fc.constantFrom("", "", "", "\ufeff"),
    fc.constantFrom("\r\n", "\n", "\r"),
    fc.array(fc.oneof(fc.constantFrom("a-1,1.00,EUR", '"a-2",2,EUR', "refused-1,1,EUR"), oddLine)),
  )
  .map(([mark, end, lines]) => `${mark}${["sku,price,currency", ...lines].join(end)}`);
const reason = fc.record({ reason: fc.constantFrom("Because", "名前") });

/** By the parameter's name; all others are any text. */
const PARAMETERS: Readonly<Record<string, fc.Arbitrary<PathValue>>> = {
  id: pool,
  album,
  trackingNumber: parcel,
  sku: text("a-1", "mug-300", "calendar-2020", "nobodys"),
  path: text("manifest.json", "contact-sheet.jpg", "a.jpg/32.webp"),
  name: list,
};

/** Values that the document does not contain: known ids, or values that reach more code. By the operation's name. */
const TUNED: Readonly<Record<string, Partial<Pick<Operation, "parameters" | "body">>>> = {
  placeOrder: { body: order },
  putPhoto: {
    parameters: { album, name: text("a.jpg", "b.png") },
    body: fc.oneof(fc.constant("not really a photo"), oddPhoto),
  },
  deleteAlbum: { parameters: { album: text("hostile-b", "hostile-nobodys") } },
  renderAlbum: { body: renditions },
  requestReport: { body: report },
  requestRefund: { body: refund },
  decideRefund: { body: fc.constantFrom("decision=approve", "decision=reject") },
  watchShipment: { body: watch },
  putPriceList: { body: csv },
  importPriceList: { body: priceImport },
  ...Object.fromEntries(
    ["suspend", "resume", "terminate", "rewind", "restart"].map((name) => [
      `${name}Instance`,
      { body: reason },
    ]),
  ),
};

interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Every operation in the API's document, so a new one is attacked without a change here. */
export function operationsOf({ paths, components }: ApiDocument): Operation[] {
  const find = (ref: string) => components.schemas[ref.split("/").at(-1) ?? ""] ?? {};
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
      const [contentType, { schema = {} } = {}] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const namesIn = (place: string) => parameters.filter((it) => it.in === place).map(({ name }) => name);
      return {
        method: method.toUpperCase(),
        route: path.replace("/api/", ""),
        parameters: Object.fromEntries(
          namesIn("path").map((name) => [name, PARAMETERS[name] ?? text("a", "nobodys")]),
        ),
        ...(contentType !== undefined && { contentType, body: valuesOf(schema, find) }),
        query: namesIn("query"),
        ...TUNED[operationId],
      };
    }),
  );
}

const document = await api.get<ApiDocument>("/api/openapi.json");

export const OPERATIONS = operationsOf(document);
