import { defineConfig } from "vitest/config";

/** A run that never ends, with a process of each kind that the project's own runs start. */
export default defineConfig({
  test: {
    pool: "forks",
    include: ["test/tools/hanging/hang.ts"],
    globalSetup: ["test/tools/hanging/setup.ts"],
    setupFiles: ["test/support/end-with-runner.ts"],
    testTimeout: 120_000,
  },
});
