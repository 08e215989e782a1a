/**
 * Runs test files on request in a copy of the repository with changed source files. A separate process, so that a
 * hanging mutant can be ended.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import { createVitest, type TestModule } from "vitest/node";

/** A source file and its new content. */
export interface Change {
  readonly file: string;
  readonly source: string;
}

/** A test file, and the changes to make before; they are reverted afterwards. */
export interface Task {
  readonly test: string;
  readonly changes: readonly Change[];
}

/** The first test that failed; absent if all passed. */
export interface Verdict {
  readonly failed?: { readonly test: string; readonly message: string };
}

const root = process.cwd();
const vitest = await createVitest({
  root,
  watch: false,
  bail: 1,
  project: ["tests", "units"],
  // A process that has run a mutant would keep it.
  isolate: true,
  maxWorkers: 1,
  configLoader: "native",
  reporters: [{}],
});

process.on("message", (task: Task) => {
  run(task).then(
    (verdict) => process.send?.(verdict),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run({ test, changes }: Task): Promise<Verdict> {
  const [specification] = await vitest.globTestSpecifications([test]);
  if (!specification) throw new Error(`There is no ${test}`);
  const originals = changes.map(({ file }) => ({ file, source: readFileSync(join(root, file), "utf8") }));
  try {
    for (const change of changes) put(change);
    // Otherwise failures of the previous mutant would count again if this run ends early.
    vitest.state.clearFiles(specification.project, [specification.moduleId]);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);
    const own = testModules.filter(({ moduleId }) => moduleId === specification.moduleId);
    const [failed] = own.flatMap(failures);
    if (failed) return { failed };
    if (unhandledErrors.length === 0) return {};
    return { failed: { test: "an error outside of tests", message: inspect(unhandledErrors[0]) } };
  } finally {
    for (const original of originals) put(original);
  }
}

/** Changes a file and its built output. Types were checked before, so they only have to be removed. */
function put({ file, source }: Change): void {
  writeFileSync(join(root, file), source);
  vitest.invalidateFile(join(root, file));
  const built = join(root, file.replace(/(^|\/)src\//, "$1dist/").replace(/\.ts$/, ".js"));
  // Before the first run it does not exist.
  if (!existsSync(built)) return;
  const script = stripTypeScriptTypes(source).replaceAll(/(from\s+"\.[^"]*)\.ts"/g, '$1.js"');
  writeFileSync(built, script);
}

function failures(module: TestModule): NonNullable<Verdict["failed"]>[] {
  const tests = [...module.children.allTests("failed")].map((test) => ({
    test: test.fullName,
    message: test.result().errors?.[0]?.message ?? "",
  }));
  const [error] = module.errors();
  return error ? [...tests, { test: "the file itself", message: error.message }] : tests;
}
