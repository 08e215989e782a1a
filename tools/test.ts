import { runVitest } from "./run.ts";

if (process.argv.includes("--help")) {
  console.log(`Usage: npm test [-- FILTER … | vitest options]

Runs everything that proves the app: builds it, starts an Azurite of its own, and runs the tests.
  npm test -- order          only the files whose path has "order" in it
  npm test -- --watch        again on every change`);
  process.exit();
}

process.exitCode = await runVitest(process.argv.slice(2));
