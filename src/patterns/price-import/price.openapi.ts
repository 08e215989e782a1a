import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { money } from "../../values/money.ts";
import { importRequest, LIST_NAME } from "./price.request.ts";

const counts = {
  total: z.int().describe("Lines of the list"),
  applied: z.int(),
  failed: z.int(),
  retried: z.int().describe("Lines that were tried more than once"),
};
const ended = {
  ...counts,
  repeated: z.int().describe("Lines that say again what an earlier one says"),
  deadLetters: z.url().optional().describe("The lines that failed, with reasons"),
};

const priceImport = resourceOf("PriceImport", {
  kind: "import",
  progress: z.object(counts),
  result: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("imported"), ...ended }),
    z.object({ kind: z.literal("rolledBack"), undone: z.int(), ...ended }),
  ]),
});

const tag = "Price imports";
const path = { name: LIST_NAME };
const put = {
  schema: z.object({ name: z.string() }),
  headers: { ETag: "Of the list", "Last-Modified": "When it was sent" },
};
const csv = { contentType: "text/csv", headers: { ETag: "Strong" } };

export const priceDescriptions: Descriptions = {
  putPriceList: {
    tag,
    summary: "Bring a supplier's price list: CSV with sku, price, currency",
    path,
    isNeverMissing: true,
    bodyTypes: ["text/csv"],
    answers: {
      200: { description: "It replaces an older one", ...put },
      201: { description: "It is new", ...put },
    },
    problems: [409],
  },
  importPriceList: {
    tag,
    summary: "Have a price list imported (error handling and retry)",
    path,
    headers: idempotencyKey,
    body: importRequest,
    answers: { 202: accepted("The list is being imported") },
  },
  getImport: {
    tag,
    summary: "See how far an import is",
    answers: { 200: resource("The import", priceImport) },
  },
  getDeadLetters: {
    tag,
    summary: "Fetch the lines that failed, with their reasons",
    answers: {
      200: { description: "The lines", ...csv },
      206: { description: "The part asked for with Range", ...csv },
      304: { description: "The caller has it already" },
    },
    problems: [409, 416],
  },
  getPrice: {
    tag,
    summary: "See which price is in force, and since when",
    answers: {
      200: {
        description: "The price",
        schema: z.object({ sku: z.string(), price: money, importId: z.string(), since: instant }),
      },
    },
  },
};
