/** The code for a rule, and the expected reports. */
export interface InvalidCase {
  readonly code: string;
  /** The ids of the expected messages, in source order. */
  readonly errors: readonly string[];
  /** The code after `--fix`; undefined if nothing is fixed. */
  readonly output?: string;
  /** The suggestion for the first error. */
  readonly suggestion?: { readonly id: string; readonly output: string };
}

export interface RuleCases {
  readonly valid: readonly string[];
  readonly invalid: readonly InvalidCase[];
}

/** A file with one orchestrator that uses the SDK. */
export const sdk = (body: string, rest = ""): string =>
  `import * as df from "durable-functions";\n${rest}\ndf.app.orchestration("x", function* (context) {\n${body}\n});\n`;

/** A file with one orchestrator that uses a typed layer. */
export const typed = (body: string, rest = ""): string =>
  `import { orchestrator } from "./layer.js";\n${rest}\nexport const x = orchestrator(contract, function* (df, input) {\n${body}\n});\n`;
