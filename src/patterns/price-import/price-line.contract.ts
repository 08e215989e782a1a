import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { type ImportTally, importTally, type LineEnd, type SinglesEnd } from "./price.progress.ts";
import { importPolicy } from "./price.request.ts";

/** An import as the supplier knows it. */
const importKey = { importId: z.string(), begunAt: z.iso.datetime() };

const priceLine = z.strictObject({
  line: z.int(),
  sku: z.string(),
  price: z.strictObject({ value: z.int(), currency: z.string() }),
});
type PriceLine = z.infer<typeof priceLine>;

export type Answer = { kind: "applied" } | { kind: "refused"; reason: string };

/** One line that the supplier wants by itself. */
export const priceLineImport = defineOrchestration("priceLineImport", {
  input: z.strictObject({ ...importKey, line: priceLine, policy: importPolicy }),
  output: type<LineEnd>(),
  status: type<{ sku: string; attempt: number; attempts: number }>(),
});

/** All such lines of a page. */
export const priceSinglesImport = defineOrchestration("priceSinglesImport", {
  input: z.strictObject({
    ...importKey,
    policy: importPolicy,
    page: z.int(),
    /** Those before it are done, and counted in the tally. */
    from: z.int(),
    /** Lines under way at the same time. */
    atOnce: z.int().min(1),
    tally: importTally,
  }),
  output: type<SinglesEnd>(),
  status: type<ImportTally>(),
});

type OfLine = { importId: string; begunAt: string; line: PriceLine };
export const setPrice = defineActivity("setPrice", {
  /** The number of the try tells it from one that is still under way, in histories and to the eye. */
  input: type<OfLine & { attempt: number; limit: string }>(),
  output: type<Answer>(),
});
export const settlePrice = defineActivity("settlePrice", {
  input: type<OfLine>(),
  output: type<{ kind: "applied" | "withdrawn" }>(),
});

type OfPage = { importId: string; page: number };
export const readSingles = defineActivity("readSingles", {
  input: type<OfPage & { from: number; count: number }>(),
  output: type<{ lines: PriceLine[]; more: boolean }>(),
});
export const recordFailures = defineActivity("recordFailures", {
  input: type<OfPage & { part: number; failures: { line: PriceLine; reason: string }[] }>(),
  output: type<void>(),
});
