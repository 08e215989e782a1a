"use strict";
// Loaded in Node's main realm, because Jest runs each test file in a separate realm with its own modules.
const nodeProcess = require("node:vm").runInThisContext("process");
const { createRequire } = nodeProcess.getBuiltinModule("node:module");
const replay = createRequire(__filename)("./dist/index.js");

exports.AppError = replay.AppError;
exports.EventType = replay.EventType;
exports.Gate = replay.Gate;
exports.SourceError = replay.SourceError;
exports.callText = replay.callText;
exports.check = replay.check;
exports.historyFileText = replay.historyFileText;
exports.historyOf = replay.historyOf;
exports.historyFiles = replay.historyFiles;
exports.instanceText = replay.instanceText;
exports.isBroken = replay.isBroken;
exports.loadAppForReplay = replay.loadAppForReplay;
exports.localStore = replay.localStore;
exports.remedyFor = replay.remedyFor;
exports.replay = replay.replay;
exports.storageTaskHub = replay.storageTaskHub;
exports.withClock = replay.withClock;
