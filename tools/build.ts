import { buildApp } from "./run.ts";

process.exitCode = await buildApp();
