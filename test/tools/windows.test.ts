import path from "node:path";
import { expect, test } from "vitest";
import { sourceOf } from "../../tools/bundle.ts";
import { nearestThere } from "../../tools/folder-option.ts";
import { startOf } from "../../tools/run.ts";

/** The differences on Windows, tested with texts: drives, backslashes, spaces in names, command files. */

test("a missing drive has no existing folder", () => {
  const there = new Set(["C:\\", "C:\\Users\\Jo Doe"]);
  const nearest = (folder: string) => nearestThere(folder, (each) => there.has(each), path.win32);
  expect(nearest("C:\\Users\\Jo Doe\\my app\\.local")).toBe("C:\\Users\\Jo Doe");
  expect(nearest("C:\\data")).toBe("C:\\");
  expect(nearest("Z:\\data")).toBeUndefined();
  expect(nearest("\\\\server\\share\\data")).toBeUndefined();
});

test("source maps have the same paths as on every other system", () => {
  const root = "C:\\Users\\Jo Doe\\my app";
  const map = `${root}\\.local\\package\\dist\\app.js.map`;
  expect(sourceOf("..\\..\\..\\src\\index.ts", map, root, path.win32)).toBe("../src/index.ts");
  expect(sourceOf("../../../src/http/problem.ts", map, root, path.win32)).toBe("../src/http/problem.ts");
  expect(
    sourceOf("../../../src/index.ts", "/my app/.local/package/dist/app.js.map", "/my app", path.posix),
  ).toBe("../src/index.ts");
});

test("command files are started through the shell, as one line", () => {
  const command = "npx --yes azure-functions-core-tools@4 start --port 7071";
  expect(startOf(command, "win32")).toEqual({ program: command, args: [], shell: true });
  expect(startOf(command, "darwin")).toEqual({
    program: "npx",
    args: ["--yes", "azure-functions-core-tools@4", "start", "--port", "7071"],
    shell: false,
  });
});
