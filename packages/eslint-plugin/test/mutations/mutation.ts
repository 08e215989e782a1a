/** One change of an orchestrator, or of a file that it imports, that a linter must find. */
export interface Mutation {
  readonly name: string;
  /** Its name is the only one of its kind under src/ and samples/. */
  readonly file: string;
  /** Each text is once in the file. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** The rule that finds it; none for a change that does no harm. */
  readonly rule?: string;
}
