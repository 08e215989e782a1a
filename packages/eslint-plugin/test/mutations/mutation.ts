import type { SourceChange } from "../../../../test/support/source-change.ts";

/** One change of an orchestrator, or of a file that it imports. */
export interface Mutation extends SourceChange {
  /** The rule that must find it; undefined for a harmless change. */
  readonly rule?: string;
}
