import { commandLine } from "./command-line.ts";
import { buildApp } from "./run.ts";

commandLine("Usage: npm run build\n\nCompiles src/ to dist/, as for a deployment.", {});
process.exitCode = await buildApp();
