import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.ts";
import { Spread } from "./test/support/spread.ts";
import { LOCAL } from "./tools/run.ts";

/** The usual second is too short for a browser or a process that waits for the processor. */
const POLL = { timeout: 20_000 };
/** Their files set no environment and start no shop, so that they can share a process. */
const UNITS = [
  "test/durable/**/*.test.ts",
  "test/values/**/*.test.ts",
  "packages/local-host/test/engine/**/*.test.ts",
  "packages/console/test/timeline/**/*.test.ts",
];
/** More than there are processors: a file often waits for the storage, a child process or a timer. */
const WORKERS = 3;

// Workers and the programs that tests start load the same modules hundreds of times.
process.env["NODE_COMPILE_CACHE"] ??= join(LOCAL, "vitest", "compiled");

export default defineConfig({
  cacheDir: join(LOCAL, "vitest"),
  test: {
    fsModuleCachePath: join(LOCAL, "vitest", "modules"),
    // A process per file, but for units: each sets its own environment before it loads the app, as a real worker would.
    pool: "forks",
    setupFiles: ["test/support/end-with-runner.ts", "test/support/compiled-code.ts"],
    reporters: ["default", new ClosingLine()],
    // Against hanging only: three files share two processors, and two runs may share them, too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: Spread },
    // The built app and the packages are loaded by Node itself, as on Azure, not through the test runner's transforms;
    // GitHub's workflow parser goes through them, since it imports JSON in a way that Node does not take.
    server: { deps: { external: [/\/dist\//, /\/packages\/[\w-]+\/\w+\.cjs$/], inline: [/@actions\//] } },
    // The stress tests come last and alone: their load would slow down the tests of another app.
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...UNITS],
          globalSetup: ["test/support/azurite-setup.ts"],
          maxWorkers: WORKERS,
          expect: { poll: POLL },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "units",
          include: UNITS,
          // What a file has imported stays for the next one.
          isolate: false,
          maxWorkers: WORKERS,
          expect: { poll: POLL },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.e2e.ts"],
          globalSetup: ["test/support/e2e-setup.ts"],
          maxWorkers: WORKERS,
          maxConcurrency: 50,
          testTimeout: 120_000,
          // A real host looks into its queues every two seconds.
          expect: { poll: { timeout: 20_000 } },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "stress",
          include: ["test/stress/**/*.e2e.ts"],
          globalSetup: ["test/support/e2e-setup.ts"],
          maxWorkers: 1,
          testTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
