import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { money } from "../../values.ts";
import { importProgress, importRequest, listPath, publicImportResult } from "./price.contract.ts";

const priceImport = resourceOf("PriceImport", {
  kind: "import",
  progress: importProgress,
  result: publicImportResult,
});

const tag = "Price imports";
const path = listPath.shape;
const put = {
  schema: z.object({ name: z.string() }),
  headers: { ETag: "Version of the list", "Last-Modified": "When it was uploaded" },
};
const csv = { contentType: "text/csv", headers: { ETag: "Strong" } };

export const priceDescriptions: Descriptions = {
  putPriceList: {
    tag,
    summary: "Upload a supplier's price list: CSV with sku, price, currency",
    path,
    isNeverMissing: true,
    bodyTypes: ["text/csv"],
    sample: "sku,price,currency\nart-0002,60.38,EUR\nflaky-1-0003,40.57,EUR\nrefused-0004,20.76,EUR\n",
    answers: {
      200: { description: "An existing list was replaced", ...put },
      201: { description: "A new list was created", ...put },
    },
    problems: [409],
  },
  importPriceList: {
    tag,
    summary: "Import a price list (error handling and retry)",
    path,
    headers: idempotencyKey,
    body: importRequest,
    sample: { onError: "retry", lineTimeout: "PT2S" },
    answers: { 202: accepted("The list is being imported") },
  },
  getImport: {
    tag,
    summary: "Get an import",
    answers: { 200: resource("The import", priceImport) },
  },
  getDeadLetters: {
    tag,
    summary: "Get the lines that failed, with the reasons",
    answers: {
      200: { description: "The lines", ...csv },
      206: { description: "The requested range", ...csv },
      304: { description: "The caller has this version" },
    },
    problems: [409, 416],
  },
  getPrice: {
    tag,
    summary: "Get the price in force, and since when",
    answers: {
      200: {
        description: "The price",
        schema: z.object({ sku: z.string(), price: money, importId: z.string(), since: instant }),
      },
    },
  },
};
