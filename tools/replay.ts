import { join } from "node:path";
import { helpIfAsked } from "./command-line.ts";
import { bin, buildApp, runNode } from "./run.ts";

helpIfAsked(`Usage: npm run replay [-- HISTORY … | options of durable-replay check]

Builds the app and reports the instances that do not replay as recorded on this code.
  npm run replay                                                  the recorded histories, test/replay/histories
  npm run replay -- --hub HUB --running                           a task hub, by AzureWebJobsStorage
  npm run replay -- --hub HUB --account ACCOUNT --running         the same, with your own identity
All options: npx durable-replay --help`);

// The app does not load without this setting. Nothing connects to storage when files are checked.
process.env["AzureWebJobsStorage"] ??= "UseDevelopmentStorage=true";
const histories = ["--default", join("test", "replay", "histories")];
process.exitCode =
  (await buildApp("--noCheck")) ||
  (await runNode([bin("durable-replay"), "check", ...histories, ...process.argv.slice(2)]));
