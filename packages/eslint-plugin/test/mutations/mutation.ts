import type { SourceChange } from "../../../../test/support/source-change.ts";

/** One change of an orchestrator, or of a file that it imports, that a linter must find. */
export interface Mutation extends SourceChange {
  /** The rule that finds it; none for a change that does no harm. */
  readonly rule?: string;
}
