/**
 * Runs tests in a copy of the repository, with one file changed, each time it is told to. A process of its own: what
 * a mutant lets hang is ended with it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import { createVitest, type TestModule } from "vitest/node";
import { isSlow, type Stage } from "./related-tests.ts";

/** A file with its text of now, and the tests to run. */
export interface Task {
  readonly file: string;
  readonly source: string;
  readonly stage: Stage;
}

/** The first test that failed; none if all is well. */
export interface Verdict {
  readonly failed?: { readonly test: string; readonly message: string; readonly module: string };
}

const root = process.cwd();
const vitest = await createVitest({
  root,
  watch: false,
  bail: 1,
  project: ["tests"],
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

async function run({ file, source, stage }: Task): Promise<Verdict> {
  const original = readFileSync(join(root, file), "utf8");
  const specifications = (await vitest.globTestSpecifications([...stage.filters])).filter(
    ({ moduleId }) => isSlow(moduleId) === stage.slow,
  );
  if (specifications.length === 0) return {};
  try {
    put(file, source);
    // What failed with the mutant before would count again where this run ends before it gets there.
    for (const { project, moduleId } of specifications) vitest.state.clearFiles(project, [moduleId]);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    const asked = new Set(specifications.map(({ moduleId }) => moduleId));
    const [failed] = testModules.filter(({ moduleId }) => asked.has(moduleId)).flatMap(failures);
    if (failed) return { failed };
    if (unhandledErrors.length === 0) return {};
    return {
      failed: { module: "", test: "an error outside of tests", message: inspect(unhandledErrors[0]) },
    };
  } finally {
    put(file, original);
  }
}

/** Changes a file, and what was built of it. Types were checked before, so that leaving them out is all there is to do. */
function put(file: string, source: string): void {
  writeFileSync(join(root, file), source);
  vitest.invalidateFile(join(root, file));
  const built = join(root, file.replace(/^src/, "dist").replace(/\.ts$/, ".js"));
  // Before the first run there is none yet.
  if (!file.startsWith("src/") || !existsSync(built)) return;
  const script = stripTypeScriptTypes(source).replaceAll(/(from\s+"\.[^"]*)\.ts"/g, '$1.js"');
  writeFileSync(built, script);
}

function failures(module: TestModule): NonNullable<Verdict["failed"]>[] {
  const inModule = { module: module.relativeModuleId };
  const tests = [...module.children.allTests("failed")].map((test) => {
    const message = test.result().errors?.[0]?.message ?? "";
    return { ...inModule, test: test.fullName, message };
  });
  const [error] = module.errors();
  return error ? [...tests, { ...inModule, test: "the file itself", message: error.message }] : tests;
}
