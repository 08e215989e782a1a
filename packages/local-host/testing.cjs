"use strict";
const testing = require("./load.cjs").load("./dist/testing.js");

exports.createTestHost = testing.createTestHost;
exports.historyRows = testing.historyRows;
exports.historyTable = testing.historyTable;
