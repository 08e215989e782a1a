"use strict";
// Loads the built code in Node's main realm. Jest runs each test file in a realm with its own module system, in which
// the host could not replace the Functions worker.
const nodeProcess = require("node:vm").runInThisContext("process");
const { engines } = require("./package.json");

const [oldestMajor, oldestMinor] = engines.node.match(/\d+/g).map(Number);
const [major, minor] = nodeProcess.versions.node.split(".").map(Number);

/** The error if Node is too old; `undefined` if it is not. */
exports.complaint =
  major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? undefined
    : `durable-local-host needs Node ${oldestMajor}.${oldestMinor} or later; this is ${nodeProcess.versions.node}. ` +
      "To add a newer one to your project: npm install --save-dev node@24. Then npx and npm scripts use it.";

exports.load = (file) => {
  if (exports.complaint) throw new Error(exports.complaint);
  const { createRequire } = nodeProcess.getBuiltinModule("node:module");
  return createRequire(__filename)(file);
};
