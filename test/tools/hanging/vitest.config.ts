import { defineConfig } from "vitest/config";

/** A run that only its end ends: with a process of each kind that the project's own runs have. */
export default defineConfig({
  test: {
    pool: "forks",
    include: ["test/tools/hanging/hang.ts"],
    globalSetup: ["test/tools/hanging/setup.ts"],
    setupFiles: ["test/support/end-with-runner.ts"],
    testTimeout: 120_000,
  },
});
