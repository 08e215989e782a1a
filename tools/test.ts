import { helpIfAsked } from "./command-line.ts";
import { runVitest } from "./run.ts";

helpIfAsked(`Usage: npm test [-- FILTER … | vitest options]

Runs everything that proves the app: builds it, starts an Azurite of its own, and runs the tests.
  npm test -- order          only the files whose path has "order" in it
  npm test -- --watch        again on every change`);
process.exitCode = await runVitest(process.argv.slice(2));
