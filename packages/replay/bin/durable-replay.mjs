#!/usr/bin/env node
// Beside dist/, so that npm can link it before anything is built.
import module, { createRequire } from "node:module";

const { engines } = createRequire(import.meta.url)("../package.json");
const [[oldestMajor, oldestMinor], [major, minor]] = [engines.node, process.versions.node].map((text) =>
  text.match(/\d+/g).map(Number),
);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(
    `durable-replay needs Node ${oldestMajor}.${oldestMinor} or later; this is ${process.versions.node}. ` +
      "To add a newer one to your project: npm install --save-dev node@24. Then npx and npm scripts use it.",
  );
  process.exit(1);
}
// The compiled code of program and app is kept for the next start.
module.enableCompileCache();
await import("../dist/main.js");
