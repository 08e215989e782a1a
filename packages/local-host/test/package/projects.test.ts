import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromReadme, ifObtainable, installed, Project } from "./projects.ts";

/** The packed package in projects of other people, tested by the README's own lines. */

const MINUTE = 60_000;

interface Kind {
  readonly files: Readonly<Record<string, string | object>>;
  readonly fromReadme: readonly string[];
  readonly packages: readonly string[];
  /** Each runs the tests, and says that two have passed. */
  readonly commands: readonly {
    readonly run: string;
    readonly says: RegExp;
    readonly env?: NodeJS.ProcessEnv;
  }[];
}

const JEST_IMPORT = fromReadme("test/approval.spec.js").replace(
  /const (\{.*\}) = require\((.*)\);/,
  "import $1 from $2;",
);

const KINDS: Readonly<Record<string, Kind>> = {
  "CommonJS JavaScript with node:test": {
    files: { "package.json": { main: "src/*.js" } },
    fromReadme: ["src/approval.js", "test/approval.test.js"],
    packages: [],
    commands: [{ run: "node --test", says: /^. pass 2$/m }],
  },
  "TypeScript in ES modules with Vitest": {
    files: {
      "package.json": { type: "module", main: "dist/src/*.js" },
      "tsconfig.json": {
        compilerOptions: {
          target: "ES2022",
          lib: ["ES2024", "ESNext.Disposable"],
          module: "NodeNext",
          types: ["node"],
          strict: true,
          outDir: "dist",
          rootDir: ".",
        },
        include: ["src", "test"],
      },
    },
    fromReadme: ["src/approval.ts", "test/approval.test.ts"],
    packages: ["vitest", "typescript", "@types/node"].map(installed),
    commands: [
      { run: "npx tsc", says: /^$/ },
      { run: "npx vitest run --dir test", says: /Tests .*2 passed/ },
    ],
  },
  "CommonJS JavaScript with Jest": {
    files: { "package.json": { main: "src/*.js" }, "test/approval.spec.mjs": JEST_IMPORT },
    fromReadme: ["src/approval.js", "test/approval.spec.js"],
    packages: ["jest@30"],
    commands: [
      { run: "npx jest test/approval.spec.js", says: /Tests: .*2 passed/ },
      {
        run: "npx jest test/approval.spec.mjs",
        says: /Tests: .*2 passed/,
        env: { NODE_OPTIONS: "--experimental-vm-modules" },
      },
    ],
  },
};

describe.each(Object.entries(KINDS))("%s", (_name, kind) => {
  const project = new Project();
  let isInstalled = false;

  beforeAll(async () => {
    const blocks = ["host.json", ...kind.fromReadme].map((file) => [file, fromReadme(file)]);
    project.write({ ...kind.files, ...Object.fromEntries(blocks) });
    isInstalled = (await ifObtainable(() => project.install(...kind.packages).then(() => true))) ?? false;
  }, 5 * MINUTE);
  afterAll(() => project.remove());

  test("tests an approval of 72 hours by the README's lines", { timeout: 3 * MINUTE }, async (context) => {
    context.skip(!isInstalled);
    for (const { run, says, env } of kind.commands) expect(await project.run(run, env)).toMatch(says);
  });

  test("serves its app by npx", { timeout: MINUTE }, async (context) => {
    context.skip(!isInstalled);
    const started = await project.serve((url) =>
      fetch(`${url}/runtime/webhooks/durabletask/orchestrators/approval`, { method: "POST" }),
    );
    expect(started.status).toBe(202);
  });

  test("says which library a queue needs", { timeout: MINUTE }, async (context) => {
    context.skip(!isInstalled || kind.packages.length > 0, "one project without storage libraries is enough");
    project.write({
      "queue/package.json": { main: "queue.js" },
      "queue/host.json": { version: "2.0" },
      "queue/queue.js": `const { app } = require("@azure/functions");
app.storageQueue("hear", { queueName: "calls", connection: "X", handler: () => {} });`,
      "queue/start.js": `const { createLocalHost } = require("durable-local-host");
createLocalHost({ app: __dirname, port: 0, log: ({ message }) => console.log(message) })
  .then(async (host) => { await host.start(); await host.stop(); });`,
    });
    const lines = (await project.run(`node ${path.join("queue", "start.js")}`)).trim().split("\n");
    expect(lines).toContain(
      "The app's queue bindings need a library that is not installed: npm install --save-dev @azure/storage-queue",
    );
  });
});
