import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { ROOT } from "../../tools/run.ts";

// Each program is a process, which may wait for the processor while other tests run.
vi.setConfig({ testTimeout: 60_000 });

/** Every program that the pages tell people to run: an npm script, or a path. */
const pages = globSync(["package.json", "*.md", "docs/**/*.md", ".github/**/*.{md,yml}"], { cwd: ROOT });
const commands = pages.flatMap((file) => [
  ...readFileSync(path.join(ROOT, file), "utf8").matchAll(
    /\bnode (?:--\S+ )*(?:tools\/with-packages\.mjs )?((?:\w[\w-]*\/)+[\w-]+\.ts)/g,
  ),
]);
const programs = [...new Set(commands.map(([, program = ""]) => program))].toSorted();

/** As in a new clone: nothing that is built first can be loaded. */
const NOTHING_IS_BUILT = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ resolve: (name, context, next) => {
    if (/^durable-(?:local-host|replay|console)/.test(name)) throw new Error(name + " is not built");
    return next(name, context);
  } });`)}`;

test("there are programs", () => {
  expect(programs).toContain("tools/start.ts");
});

test.each(programs)(
  "%s --help prints its usage before anything is built, and does nothing else",
  (program) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", NOTHING_IS_BUILT, program, "--help"],
      {
        cwd: ROOT,
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: (?:npm|node|durable-local-host) /);
  },
);
