import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";
import typescript from "@shikijs/langs/typescript";
import { codeToTokensBase, createShikiPrimitive } from "@shikijs/primitive";
import type { ShikiPrimitive } from "@shikijs/primitive";
import type { SourceToken, TokenClass } from "../api/local-host-extras.ts";

/** The scopes of TextMate grammars for each class. */
const SCOPES: Readonly<Record<TokenClass, readonly string[]>> = {
  comment: ["comment", "punctuation.definition.comment"],
  string: ["string", "punctuation.definition.string", "constant.character"],
  number: ["constant.numeric", "constant.language"],
  keyword: ["keyword", "storage", "variable.language"],
  function: ["entity.name.function", "support.function"],
  type: ["entity.name.type", "support.type", "entity.name.class", "support.class"],
  property: ["variable.other.property", "meta.object-literal.key", "variable.other.object.property"],
  punctuation: ["punctuation", "meta.brace", "keyword.operator"],
};
const CLASSES = Object.keys(SCOPES) as TokenClass[];
/** A theme gives colors; here each stands for a class, and the page's style sheet has the real ones. */
const colorOf = (index: number): string => `#0000${(index + 1).toString(16).padStart(2, "0").toUpperCase()}`;
const THEME = {
  name: "classes",
  type: "light" as const,
  settings: CLASSES.map((name, i) => ({ scope: [...SCOPES[name]], settings: { foreground: colorOf(i) } })),
};
const CLASS_BY_COLOR = new Map(CLASSES.map((name, i) => [colorOf(i), name]));

/** A grammar is slow on very long lines; such lines are made by bundlers. */
const MAX_LINE = 2000;
/** Half a second is the default, which the first line can exceed on a busy machine: then all colors are wrong. */
const LINE_MS = 5000;

let shared: ShikiPrimitive | undefined;

/** The lines of a source as tokens. TypeScript's grammar also reads JavaScript. */
export function highlight(source: string): SourceToken[][] {
  shared ??= createShikiPrimitive({
    engine: createJavaScriptRegexEngine(),
    langs: [typescript],
    themes: [THEME],
  });
  const options = {
    lang: "typescript",
    theme: THEME.name,
    tokenizeMaxLineLength: MAX_LINE,
    tokenizeTimeLimit: LINE_MS,
  };
  return codeToTokensBase(shared, source, options).map((line) =>
    line.map(({ content: text, color = "" }) => {
      const name = CLASS_BY_COLOR.get(color.toUpperCase());
      return name === undefined ? { text } : { text, class: name };
    }),
  );
}
