import { writeFileSync } from "node:fs";
import path from "node:path";
import * as util from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { libraryWarnings } from "../../src/app/library-warnings.ts";
import { loadApp } from "../../src/app/load-app.ts";
import { HostProcess } from "../../../../tools/host-process.ts";
import { appFolder } from "../support/app-fixture.ts";

/** An app with its own installed library. */
function appWith(library: string, version: string): string {
  const folder = appFolder({
    "inner/app.js": "",
    [`inner/node_modules/${library}/package.json`]: JSON.stringify({
      name: library,
      version,
      main: "lib/index.js",
    }),
    [`inner/node_modules/${library}/lib/index.js`]: "",
  });
  return path.join(folder, "inner", "app.js");
}

// The model as @azure/functions 4.0 to 4.2 pass it to the worker.
test("a library that has no capabilities to add is hosted", async () => {
  const app = appFolder({
    "package.json": JSON.stringify({ main: "app.cjs" }),
    "app.cjs": `const core = require("@azure/functions-core");
core.setProgrammingModel({ name: "@azure/functions", version: "4.2.0", getInvocationModel: () => ({
  getArguments: () => ({ context: {}, inputs: [] }), invokeFunction: () => undefined,
  getResponse: () => ({ returnValue: { http: { statusCode: "418" } } }) }) });
core.registerFunction({ name: "tea", bindings: {
  request: { type: "httpTrigger", direction: "in", methods: ["GET"] },
  $return: { type: "http", direction: "out" } } }, () => undefined);`,
  });
  const host = await HostProcess.launch(["--app", app]);
  onTestFinished(() => host.stop());
  expect((await fetch(`${host.url}/api/tea`)).status).toBe(418);
});

test("a version of durable-functions that cannot create timers on this Node is reported at the start, with the remedy", () => {
  expect("isDate" in util).toBe(false);
  for (const version of ["3.0.0", "3.2.0", "3.3.0", "3.0.0-alpha.5"]) {
    expect(libraryWarnings([appWith("durable-functions", version)])).toEqual([
      expect.stringMatching(
        /^durable-functions 3\.\d\.\d\S* cannot create timers on Node .*npm install durable-functions@3.*npx durable-local-host/,
      ),
    ]);
  }
  for (const version of ["3.3.1", "3.5.0", "4.0.0"]) {
    expect(libraryWarnings([appWith("durable-functions", version)])).toEqual([]);
  }
  expect(libraryWarnings([path.join(appFolder({}), "nowhere", "app.js")])).toEqual([]);
});

test("the warnings of a loaded app include it", async () => {
  const entryPoint = appWith("durable-functions", "3.2.0");
  const folder = path.dirname(entryPoint);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module", main: "app.js" }));
  writeFileSync(path.join(folder, "host.json"), "{}");
  writeFileSync(
    entryPoint,
    `import { app } from "@azure/functions"; app.http("hello", { handler: () => ({}) });`,
  );
  const { warnings } = await loadApp(folder);
  expect(warnings).toEqual([expect.stringContaining("durable-functions 3.2.0 cannot create timers")]);
});
