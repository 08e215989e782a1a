import * as fc from "fast-check";
import { ODD_DURATIONS, ODD_TIMES } from "./odd-values.ts";
import { oddLine, oddPhoto } from "./odd-files.ts";

/**
 * A value for a name in a route. `pool` stands for the id of something that this run has started, `parcel` for a
 * tracking number that the carrier knows.
 */
export type PathValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "pool"; readonly index: number }
  | { readonly kind: "parcel" };

/** One operation of the API, with what it expects. */
export interface Operation {
  readonly method: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, fc.Arbitrary<PathValue>>>;
  readonly contentType?: string;
  /** JSON values are mutated field by field, texts as a whole. */
  readonly body?: fc.Arbitrary<unknown>;
  /** Names that it takes in its query. */
  readonly query?: readonly string[];
  /** Starts a process. */
  readonly starts?: true;
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
/** Now and then one that is at the edge of what is a time, or beyond it. */
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
const json = { contentType: "application/json" } as const;

const INSTANCES_QUERY = ["pattern", "status", "from", "to", "continuation"];

/** Every operation of the API. A test compares it with the API's own description. */
export const OPERATIONS: readonly Operation[] = [
  { method: "GET", route: "catalog", parameters: {} },
  { method: "POST", route: "orders", parameters: {}, ...json, body: order, starts: true },
  { method: "GET", route: "orders/{id}", parameters: { id: pool } },
  {
    method: "PUT",
    route: "albums/{album}/photos/{name}",
    parameters: { album, name: text("a.jpg", "b.png") },
    contentType: "image/jpeg",
    body: fc.oneof(fc.constant("not really a photo"), oddPhoto),
  },
  { method: "GET", route: "albums/{album}", parameters: { album }, query: ["continuation"] },
  { method: "DELETE", route: "albums/{album}", parameters: { album: text("hostile-b", "hostile-nobodys") } },
  {
    method: "POST",
    route: "albums/{album}/renditions",
    parameters: { album },
    ...json,
    body: renditions,
    starts: true,
  },
  { method: "GET", route: "renditions/{id}", parameters: { id: pool } },
  {
    method: "GET",
    route: "renditions/{id}/files/{path}",
    parameters: { id: pool, path: text("manifest.json", "contact-sheet.jpg", "a.jpg/32.webp") },
  },
  { method: "POST", route: "reports", parameters: {}, ...json, body: report, starts: true },
  { method: "GET", route: "reports/{id}", parameters: { id: pool } },
  { method: "GET", route: "reports/{id}/file", parameters: { id: pool } },
  { method: "DELETE", route: "reports/{id}", parameters: { id: pool } },
  { method: "POST", route: "refunds", parameters: {}, ...json, body: refund, starts: true },
  { method: "GET", route: "refunds/{id}", parameters: { id: pool } },
  { method: "GET", route: "refunds/{id}/decision", parameters: { id: pool }, query: ["token"] },
  {
    method: "POST",
    route: "refunds/{id}/decision",
    parameters: { id: pool },
    query: ["token"],
    contentType: "application/x-www-form-urlencoded",
    body: fc.constantFrom("decision=approve", "decision=reject"),
  },
  {
    method: "POST",
    route: "shipments/{trackingNumber}/watch",
    parameters: { trackingNumber: parcel },
    ...json,
    body: watch,
    starts: true,
  },
  { method: "GET", route: "shipments/{trackingNumber}", parameters: { trackingNumber: parcel } },
  { method: "DELETE", route: "shipments/{trackingNumber}", parameters: { trackingNumber: parcel } },
  {
    method: "PUT",
    route: "price-lists/{name}",
    parameters: { name: list },
    contentType: "text/csv",
    body: csv,
  },
  {
    method: "POST",
    route: "price-lists/{name}/import",
    parameters: { name: list },
    ...json,
    body: priceImport,
    starts: true,
  },
  { method: "GET", route: "imports/{id}", parameters: { id: pool } },
  { method: "GET", route: "imports/{id}/dead-letters", parameters: { id: pool } },
  { method: "GET", route: "prices/{sku}", parameters: { sku: text("a-1", "nobodys") } },
  { method: "GET", route: "sales", parameters: {}, query: ["continuation"] },
  { method: "GET", route: "sales/{sku}", parameters: { sku: text("mug-300", "calendar-2020") } },
  { method: "GET", route: "instances", parameters: {}, query: INSTANCES_QUERY },
  { method: "GET", route: "instances/{id}", parameters: { id: pool } },
  { method: "DELETE", route: "instances/{id}", parameters: { id: pool } },
  ...["suspend", "resume", "terminate", "rewind", "restart"].map((command) => ({
    method: "POST",
    route: `instances/{id}/${command}`,
    parameters: { id: pool },
    ...json,
    body: reason,
  })),
  { method: "GET", route: "health", parameters: {} },
  { method: "GET", route: "openapi.json", parameters: {} },
];
