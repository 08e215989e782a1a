/** The parts of an import that handle individual lines. */
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

/** The outcome of a line with its own retries. */
export type LineEnd = { attempts: number } & ({ kind: "applied" } | { kind: "failed"; reason: string });

/** One individual line, for which the supplier requires a separate call. */
export const priceLineImport = defineOrchestration("priceLineImport", {
  input: importKey.extend({ line: priceLine, policy: importPolicy }),
  output: type<LineEnd>(),
  status: type<{ sku: string; attempt: number; attempts: number }>(),
});

/** All individual lines of a page. */
export const priceSinglesImport = defineOrchestration("priceSinglesImport", {
  input: importKey.extend({
    policy: importPolicy,
    page: z.int(),
    /** The index of the next line. The lines before it are done and counted in `tally`. */
    from: z.int(),
    /** The number of lines that run in parallel. */
    atOnce: z.int().min(1),
    tally: lineCounts,
  }),
  /**
   * `fault`: why the remaining lines could not be done. It is not thrown, because an error would lose the counts so
   * far.
   */
  output: type<LineCounts & { fault?: string }>(),
  status: type<LineCounts>(),
});
/** The instance that imports the individual lines of a page. */
export const individualLinesId = (importId: string, page: number): string => partId(importId, `page-${page}`);

export type Answer = { kind: "applied" } | { kind: "refused"; reason: string };
type OfLine = z.infer<typeof importKey> & { line: PriceLine };
export const setPrice = defineActivity("setPrice", {
  /**
   * The number of the attempt. In the history, it distinguishes this call from an earlier one that is still running.
   */
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
  /** `part` distinguishes the records of several steps for one page. */
  input: type<OfPage & { part: number; failures: { line: PriceLine; reason: string }[] }>(),
  output: type<void>(),
});
