"use strict";
// In the realm where Node itself runs, as index.cjs.
const nodeProcess = require("node:vm").runInThisContext("process");
const { createRequire } = nodeProcess.getBuiltinModule("node:module");
const testing = createRequire(__filename)("./dist/testing.js");

exports.createTestHost = testing.createTestHost;
exports.historyRows = testing.historyRows;
exports.historyTable = testing.historyTable;
