"use strict";
// One entry for import and require. Each export is listed by name, because import does not find the names otherwise.
const host = require("./load.cjs").load("./dist/index.js");

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
