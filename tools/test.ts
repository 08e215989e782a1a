import { helpIfAsked } from "./command-line.ts";
import { runVitest } from "./run.ts";
import { checkFilters } from "./test-filters.ts";

helpIfAsked(`Usage: npm test [-- FILTER … | vitest options]

Builds the app, starts its own Azurite, and runs all tests.
  npm test -- order                  only the files whose path contains "order"
  npm test -- order -t "card"        of these only the tests whose name contains "card"
  npm test -- --reporter=verbose     prints each test with its duration
  npm test -- --watch                again on every change
How long the parts take: docs/testing.md`);
const args = process.argv.slice(2);
await checkFilters(args);
process.exitCode = await runVitest(args);
