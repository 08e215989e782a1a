"use strict";
// Loaded in Node's main realm, like index.cjs.
const nodeProcess = require("node:vm").runInThisContext("process");
const { createRequire } = nodeProcess.getBuiltinModule("node:module");
const replay = createRequire(__filename)("./dist/replay.js");

exports.ActionType = replay.ActionType;
exports.AppError = replay.AppError;
exports.EventType = replay.EventType;
exports.OrchestrationStatus = replay.OrchestrationStatus;
exports.Replayer = replay.Replayer;
exports.loadApp = replay.loadApp;
exports.firstDifference = replay.firstDifference;
exports.isScheduled = replay.isScheduled;
