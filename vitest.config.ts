import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/azurite-setup.ts"],
    // A process per file: each sets its own environment before it loads the app, as a real worker would.
    pool: "forks",
    maxWorkers: 2,
    reporters: ["default", new ClosingLine()],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The built app is loaded by Node itself, as on Azure, not through the test runner's transforms; GitHub's
    // workflow parser goes through them, since it imports JSON in a way that Node does not take.
    server: { deps: { external: [/\/dist\//], inline: [/@actions\//] } },
  },
});
