"use strict";
// In the realm where Node itself runs: Jest runs each test file in a realm of its own, with modules of its own.
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
