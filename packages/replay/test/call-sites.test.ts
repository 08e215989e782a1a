import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { appFrames } from "../src/core/call-sites.ts";

/** The workspace, which contains this package and the app. */
const ROOT = path.resolve(import.meta.dirname, "../../..");

test("only frames of the app are shown, also in a workspace that links the packages", () => {
  const at = (...parts: readonly string[]) => path.join(ROOT, ...parts);
  const stack = [
    "Error: call",
    `    at stackHere (${at("packages/replay/dist/core/call-sites.js")}:1:2)`,
    `    at callActivity (${at("node_modules/durable-functions/lib/index.js")}:3:4)`,
    `    at order (${at("src/order.ts")}:5:6)`,
    `    at async ${pathToFileURL(at("src/start.ts")).href}:7:8`,
    "    at webpack:/azure/functions/src/InvocationModel.ts:9:10",
    `    at Invoker.invoke (${at("packages/local-host/dist/invocation/invoker.js")}:11:12)`,
    `    at async ${pathToFileURL(at("packages/replay/dist/main.js")).href}:13:14`,
    "    at process.processTicksAndRejections (node:internal/process/task_queues:15:16)",
  ].join("\n");
  expect(appFrames(stack, ROOT)).toEqual([
    { file: "src/order.ts", line: 5, column: 6, function: "order" },
    { file: "src/start.ts", line: 7, column: 8 },
  ]);
});

test.each([
  ["webpack://my-app/./src/index.ts", "src/index.ts"],
  ["webpack:///./src/index.ts", "src/index.ts"],
  ["webpack:///src/index.ts", "src/index.ts"],
  ["webpack:///./node_modules/zod/index.js", undefined],
  ["webpack:///../outside.ts", undefined],
  ["webpack://my-app/./src/of-another-machine.ts", undefined],
  ["file://server/share/src/index.ts", undefined],
  ["file:///src%2Findex.ts", undefined],
  ["..\\src\\index.ts", undefined],
  ["C:\\app\\src\\index.ts", undefined],
])("the source %s of a source map is shown as %s", (source, file) => {
  const frames = appFrames(`Error: call\n    at order (${source}:5:6)`, ROOT);
  expect(frames.map((frame) => frame.file)).toEqual(file === undefined ? [] : [file]);
});

test("frames of an app that is in a folder of the tool are shown", () => {
  const app = path.join(ROOT, "packages/local-host/test/apps/some-app");
  const stack = `Error: call\n    at order (${path.join(app, "src/order.js")}:5:6)`;
  expect(appFrames(stack, app)).toEqual([{ file: "src/order.js", line: 5, column: 6, function: "order" }]);
});
