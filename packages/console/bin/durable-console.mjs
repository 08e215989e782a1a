#!/usr/bin/env node
// Beside dist/, so that npm can link it before anything is built.
import "../dist/server/main.js";
