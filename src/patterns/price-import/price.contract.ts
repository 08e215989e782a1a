import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { type ImportStatus, importState, type Split } from "./price.progress.ts";
import { importPolicy, LIST_NAME } from "./price.request.ts";

export const importInput = z.strictObject({
  list: LIST_NAME,
  /** The list as it was when the import was asked for. */
  etag: z.string(),
  policy: importPolicy,
  /** Absent in the first execution. */
  state: importState.optional(),
});
export type ImportInput = z.infer<typeof importInput>;

const counts = {
  total: z.int(),
  applied: z.int(),
  failed: z.int(),
  retried: z.int(),
  repeated: z.int(),
};
/** What an import ends with. */
export const importResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("imported"), ...counts }),
  z.object({
    kind: z.literal("rolledBack"),
    undone: z.int().describe("Lines that had been applied and were taken back"),
    ...counts,
  }),
]);
export type ImportResult = z.infer<typeof importResult>;

export const priceImport = defineOrchestration("priceImport", {
  idPrefix: "import-",
  input: importInput,
  output: type<ImportResult>(),
  status: type<ImportStatus>(),
});

type OfImport = { importId: string };
type OfPage = OfImport & { begunAt: string; page: number };
export type SplitResult = ({ kind: "split" } & Split) | { kind: "replaced" };
export const splitPriceList = defineActivity("splitPriceList", {
  input: type<OfImport & { list: string; etag: string }>(),
  output: type<SplitResult>(),
});
export const applyPage = defineActivity("applyPage", {
  input: type<OfPage>(),
  output: type<{ applied: number; singles: number }>(),
});
export const withdrawPage = defineActivity("withdrawPage", {
  input: type<OfPage>(),
  output: type<void>(),
});
export const writeDeadLetters = defineActivity("writeDeadLetters", {
  input: type<OfImport & { pages: number }>(),
  output: type<void>(),
});
export const discardPages = defineActivity("discardPages", {
  input: type<OfImport>(),
  output: type<void>(),
});
