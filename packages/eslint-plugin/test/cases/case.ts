/** What a rule is shown: the code, and what it says of it. */
export interface InvalidCase {
  readonly code: string;
  /** The ids of its messages, in the order of the text. */
  readonly errors: readonly string[];
  /** The code after `--fix`; without it nothing is fixed. */
  readonly output?: string;
  /** What an editor offers for the first error. */
  readonly suggestion?: { readonly id: string; readonly output: string };
}

export interface RuleCases {
  readonly valid: readonly string[];
  readonly invalid: readonly InvalidCase[];
}

/** A file with one orchestrator of the SDK. */
export const sdk = (body: string, rest = ""): string =>
  `import * as df from "durable-functions";\n${rest}\ndf.app.orchestration("x", function* (context) {\n${body}\n});\n`;

/** A file with one orchestrator of a typed layer. */
export const typed = (body: string, rest = ""): string =>
  `import { orchestrator } from "./layer.js";\n${rest}\nexport const x = orchestrator(contract, function* (df, input) {\n${body}\n});\n`;
