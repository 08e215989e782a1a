"use strict";
// One entry for import and require, in the realm where Node itself runs. Jest runs each test file in a realm with a module
// system of its own, in which the host could not put itself in place of the Functions worker.
const nodeProcess = require("node:vm").runInThisContext("process");
const { createRequire } = nodeProcess.getBuiltinModule("node:module");
const host = createRequire(__filename)("./dist/index.js");

exports.AppError = host.AppError;
exports.EventType = host.EventType;
exports.MemoryStore = host.MemoryStore;
exports.OrchestrationStatus = host.OrchestrationStatus;
exports.SqliteStore = host.SqliteStore;
exports.StoreError = host.StoreError;
exports.SystemClock = host.SystemClock;
exports.TaskHubError = host.TaskHubError;
exports.VirtualClock = host.VirtualClock;
exports.createLocalHost = host.createLocalHost;
exports.loadApp = host.loadApp;
