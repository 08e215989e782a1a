import { checkBoundaries, readImports } from "./boundaries/check.ts";
import { RULES } from "./boundaries/rules.ts";
import { commandLine } from "./command-line.ts";

commandLine(
  `Usage: node tools/boundaries.ts

Checks which file imports which: the rules are in tools/boundaries/rules.ts. Part of npm run check.`,
  {},
);

const breaches = checkBoundaries(readImports(), RULES);
for (const { file, line, imported, rule } of breaches) {
  console.error(`${file}:${line} imports ${imported}\n  rule: ${rule.says}\n  do:   ${rule.advice}\n`);
}
process.exitCode = breaches.length > 0 ? 1 : 0;
