import { helpIfAsked } from "./command-line.ts";
import { runVitest } from "./run.ts";

helpIfAsked(`Usage: npm test [-- FILTER … | vitest options]

Builds the app, starts its own Azurite, and runs all tests.
  npm test -- order          only the files whose path contains "order"
  npm test -- --watch        again on every change`);
process.exitCode = await runVitest(process.argv.slice(2));
