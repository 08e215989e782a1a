import { commandLine } from "./command-line.ts";
import { runVitest } from "./run.ts";

commandLine(
  `Usage: npm run replay:record

Builds the app, runs the scenarios of test/replay, and writes their histories into test/replay/histories.
Record when a pattern gets a new branch or a new version; keep the histories of older versions.`,
  {},
);
process.exitCode = await runVitest(["test/replay/scenarios.test.ts"], { REPLAY_RECORD: "1" });
