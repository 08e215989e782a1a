// Imports an app as the Node worker does, with a core that ignores registrations. Prints the milliseconds of the
// import, and the megabytes of the process.
import { Module } from "node:module";
import { pathToFileURL } from "node:url";

class Disposable {
  static from() {
    return new Disposable();
  }
  dispose() {}
}
const core = {
  version: "3.11.0",
  hostVersion: "4.1044.400",
  Disposable,
  setProgrammingModel() {},
  getProgrammingModel() {},
  registerFunction: () => new Disposable(),
  registerHook: () => new Disposable(),
  log() {},
};
const { require } = Module.prototype;
Module.prototype.require = function (id) {
  return id === "@azure/functions-core" ? core : require.call(this, id);
};

const started = performance.now();
await import(pathToFileURL(process.argv[2]).href);
const milliseconds = performance.now() - started;
console.log(JSON.stringify({ milliseconds, megabytes: process.memoryUsage.rss() / 1e6 }));
// The library listens for streamed requests, which would keep the process alive.
process.exit();
