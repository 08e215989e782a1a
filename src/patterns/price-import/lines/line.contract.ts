/** The parts of an import that handle lines one by one. */
import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../../durable/orchestration/contract.ts";
import { partId } from "../../../durable/orchestration/instance-id.ts";
import { importKey, importPolicy, type LineCounts, lineCounts } from "../price.contract.ts";

const priceLine = z.strictObject({
  line: z.int(),
  sku: z.string(),
  price: z.strictObject({ value: z.int(), currency: z.string() }),
});
type PriceLine = z.infer<typeof priceLine>;

/** How a line ended that went through its own retries. */
export type LineEnd = { attempts: number } & ({ kind: "applied" } | { kind: "failed"; reason: string });

/** One line that the supplier wants by itself. */
export const priceLineImport = defineOrchestration("priceLineImport", {
  input: importKey.extend({ line: priceLine, policy: importPolicy }),
  output: type<LineEnd>(),
  status: type<{ sku: string; attempt: number; attempts: number }>(),
});

/** All such lines of a page. */
export const priceSinglesImport = defineOrchestration("priceSinglesImport", {
  input: importKey.extend({
    policy: importPolicy,
    page: z.int(),
    /** The lines before it are done, and counted in `tally`. */
    from: z.int(),
    /** Lines that run at the same time. */
    atOnce: z.int().min(1),
    tally: lineCounts,
  }),
  /** `fault`: why the rest could not be done. A thrown error instead would lose the counts of the lines before it. */
  output: type<LineCounts & { fault?: string }>(),
  status: type<LineCounts>(),
});
/** The instance that imports the individual lines of a page. */
export const singlesId = (importId: string, page: number): string => partId(importId, `page-${page}`);

export type Answer = { kind: "applied" } | { kind: "refused"; reason: string };
type OfLine = z.infer<typeof importKey> & { line: PriceLine };
export const setPrice = defineActivity("setPrice", {
  /** The number of the attempt distinguishes it from one that is still running, for readers of the history. */
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
  /** `part` tells apart what several steps record for one page. */
  input: type<OfPage & { part: number; failures: { line: PriceLine; reason: string }[] }>(),
  output: type<void>(),
});
