"use strict";
// One entry for import and require. Each name is written out, since only then import finds it.
const server = require("./dist/server/index.js");

exports.createConsole = server.createConsole;
