import type { SourceChange } from "../../support/source-change.ts";

/** A change of an orchestrator, or of a file that it imports. */
export interface SeededChange extends SourceChange {
  /** The linter's rule that must find it. Without a rule, the gate must find it, unless it is harmless. */
  readonly rule?: string;
}
