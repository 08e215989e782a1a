import type { Node } from "./code/ast.ts";
import { type Orchestration, orchestrationOf } from "./code/orchestration.ts";
import { settingsFrom } from "./code/settings.ts";

/** The parts of the rule context of ESLint and oxlint that this plugin uses. */
interface RuleContext {
  readonly filename: string;
  readonly settings: unknown;
  readonly sourceCode: { readonly ast: unknown; readonly text: string };
  report(problem: object): void;
}

interface Fixer {
  insertTextAfter(node: Node, text: string): unknown;
  insertTextBefore(node: Node, text: string): unknown;
  replaceText(node: Node, text: string): unknown;
  remove(node: Node): unknown;
}

export type Change = (fixer: Fixer) => unknown;

/** A problem that a rule reports. */
export interface Problem {
  readonly node: Node;
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  /** Applied by `--fix`: it does not change the intended behavior. */
  readonly fix?: Change | undefined;
  /** Offered in editors, where a person decides. */
  readonly suggest?:
    | { readonly messageId: string; readonly data?: Readonly<Record<string, string>>; readonly fix: Change }
    | undefined;
}

export interface RuleDefinition {
  readonly description: string;
  readonly messages: Readonly<Record<string, string>>;
  readonly fixable?: true;
  readonly hasSuggestions?: true;
  /** Whether the rule also checks files without orchestrators. */
  readonly everywhere?: true;
  readonly check: (orchestration: Orchestration, report: (problem: Problem) => void) => void;
}

/** A rule in the format of ESLint and oxlint. */
export interface Rule {
  readonly meta: {
    readonly type: "problem";
    readonly docs: { readonly description: string; readonly url: string };
    readonly messages: Readonly<Record<string, string>>;
    readonly schema: [];
    readonly fixable?: "code";
    readonly hasSuggestions?: true;
  };
  create(context: RuleContext): Record<string, () => void>;
}

const DOCS = "docs/rules";

export function makeRule(name: string, definition: RuleDefinition): Rule {
  const { description, messages, fixable, hasSuggestions, everywhere, check } = definition;
  return {
    meta: {
      type: "problem",
      docs: { description, url: `${DOCS}/${name}.md` },
      messages,
      schema: [],
      ...(fixable && { fixable: "code" }),
      ...(hasSuggestions && { hasSuggestions }),
    },
    create: (context) => ({
      Program() {
        const { ast, text } = context.sourceCode;
        const orchestration = orchestrationOf(
          ast as Node,
          context.filename,
          text,
          settingsFrom(context.settings),
        );
        if (!orchestration || (orchestration.isEmpty && !everywhere)) return;
        check(orchestration, ({ suggest, fix, ...problem }) =>
          context.report({ ...problem, ...(fix && { fix }), ...(suggest && { suggest: [suggest] }) }),
        );
      },
    }),
  };
}
