#!/usr/bin/env node
// Beside dist/, so that npm can link it before anything is built.
import module from "node:module";
import { complaint } from "../load.cjs";

if (complaint) {
  console.error(complaint);
  process.exit(1);
}
// The compiled code of host and app is kept for the next start, also if this process is killed.
module.enableCompileCache();
await import("../dist/program/main.js");
module.flushCompileCache();
