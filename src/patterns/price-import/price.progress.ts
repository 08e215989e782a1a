import { z } from "zod";
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { partId } from "../../durable/orchestration/instance-id.ts";

/** Counts of lines. */
export const importTally = z.strictObject({
  applied: z.int().min(0),
  failed: z.int().min(0),
  /** Lines that were tried more than once, whatever became of them. */
  retried: z.int().min(0),
});
export type ImportTally = z.infer<typeof importTally>;

/** How a line ended that went through its own retries. */
export type LineEnd = { attempts: number } & ({ kind: "applied" } | { kind: "failed"; reason: string });

/** `fault`: why the rest could not be carried out. An error in its place would hide the lines that were. */
export type SinglesEnd = ImportTally & { fault?: string };

export const NOTHING_YET: ImportTally = { applied: 0, failed: 0, retried: 0 };

export const addTallies = (one: ImportTally, other: Partial<ImportTally>): ImportTally => ({
  applied: one.applied + (other.applied ?? 0),
  failed: one.failed + (other.failed ?? 0),
  retried: one.retried + (other.retried ?? 0),
});

export const tallyOf = (ends: readonly LineEnd[]): ImportTally => ({
  applied: ends.filter(({ kind }) => kind === "applied").length,
  failed: ends.filter(({ kind }) => kind === "failed").length,
  retried: ends.filter(({ attempts }) => attempts > 1).length,
});

/** Then it continues as new, so that no history grows with the list. */
export const PAGES_PER_EXECUTION = 20;

/** What goes from one execution of an import to the next. */
export const importState = z.strictObject({
  begunAt: z.iso.datetime(),
  pages: z.int().min(0),
  total: z.int().min(0),
  /** Lines that say again what an earlier one says. */
  repeated: z.int().min(0),
  tally: importTally,
  /** The page to apply next. */
  next: z.int().min(0),
  /** Once the import is being taken back: the page to take back next, -1 when all are. */
  undo: z.int().min(-1).optional(),
  /** What is wrong, if it is the system that failed and not a line. */
  fault: z.string().optional(),
  /** The dead letters are written: it starts again where the pages may be gone. */
  isFiled: z.boolean().optional(),
});
export type ImportState = z.infer<typeof importState>;

/** Custom status of an import. */
export type ImportStatus = ImportTally & {
  total: number;
  /** Pages whose difficult lines are under way and not counted yet. */
  singlesOf: number[];
  error?: { type: string; message: string };
};

/** A list cut into pages: `invalid` lines are among its `total`, `repeated` ones are not. */
export type Split = { pages: number; total: number; invalid: number; repeated: number };

/** Where an import begins; one that is all or nothing ends there if the list has an invalid line. */
export function begun(split: Split, now: Date, { onError }: { onError: string }): ImportState {
  const { pages, total, invalid, repeated } = split;
  return {
    pages,
    total,
    repeated,
    begunAt: now.toISOString(),
    tally: { ...NOTHING_YET, failed: invalid },
    next: 0,
    ...(onError === "fail" && invalid > 0 && { undo: -1 }),
  };
}

/** Not a line but the system has failed. What was applied stays, unless it was to be all or nothing. */
export function stoppedBy(
  error: unknown,
  state: ImportState,
  { onError }: { onError: string },
  end: number,
): ImportState {
  const fault = failureMessage(error);
  return onError === "fail" ? { ...state, fault, undo: end - 1 } : { ...state, fault, next: state.pages };
}

export const isOver = ({ next, pages, undo }: ImportState): boolean =>
  undo === -1 || (undo === undefined && next === pages);

export function statusOf({ total, tally, undo }: ImportState, singlesOf: number[] = []): ImportStatus {
  return { total, ...tally, applied: undo === -1 ? 0 : tally.applied, singlesOf };
}

export function resultOf({ total, tally, repeated, undo }: ImportState) {
  const counts = { total, failed: tally.failed, retried: tally.retried, repeated };
  return undo === undefined
    ? ({ kind: "imported", applied: tally.applied, ...counts } as const)
    : ({ kind: "rolledBack", applied: 0, undone: tally.applied, ...counts } as const);
}

/** Status of an import that could not begin. */
export const failedWith = (type: string, message: string): ImportStatus => ({
  ...NOTHING_YET,
  total: 0,
  singlesOf: [],
  error: { type, message },
});

/**
 * Status of an import that the system, and not a line, has brought to its end. "At least", unless all was taken
 * back: what the step that failed has done by then is in no count.
 */
export function interrupted(state: ImportState): ImportStatus {
  const status = statusOf(state);
  const inForce = state.undo === undefined ? `at least ${status.applied}` : status.applied;
  const message = `The import could not go on; ${inForce} of ${status.total} lines are in force`;
  return { ...status, error: { type: "interrupted", message } };
}

/** The instance that imports the difficult lines of a page. */
export const singlesId = (importId: string, page: number): string => partId(importId, `page-${page}`);
