#!/usr/bin/env node
// Beside dist/, so that npm can link it before anything is built.
import { complaint } from "../load.cjs";

if (complaint) {
  console.error(complaint);
  process.exit(1);
}
await import("../dist/main.js");
