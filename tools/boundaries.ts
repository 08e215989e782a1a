import { checkBoundaries, readImports } from "./boundaries/check.ts";
import {
  checkParts,
  checkPatternFolders,
  checkTests,
  readParts,
  readPatternFiles,
} from "./boundaries/folders.ts";
import { RULES } from "./boundaries/rules.ts";
import { commandLine } from "./command-line.ts";

commandLine(
  `Usage: node tools/boundaries.ts

Checks which file imports which (the rules are in tools/boundaries/rules.ts), and that the folders of patterns look
alike and shared helpers have tests. Part of npm run check.`,
  {},
);

const imports = readImports();
const breaches = checkBoundaries(imports, RULES);
for (const { file, line, imported, rule } of breaches) {
  console.error(`${file}:${line} imports ${imported}\n  rule: ${rule.says}\n  do:   ${rule.advice}\n`);
}
const misplaced = [
  ...checkPatternFolders(readPatternFiles()),
  ...checkParts(readParts(), RULES),
  ...checkTests(imports),
];
for (const { path, says, advice } of misplaced) console.error(`${path} ${says}\n  do:   ${advice}\n`);
process.exitCode = breaches.length + misplaced.length > 0 ? 1 : 0;
