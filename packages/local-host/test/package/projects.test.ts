import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks } from "../../../../test/support/code-blocks.ts";
import { EmptyProject } from "../../../../test/support/empty-project.ts";
import { isUnreachable } from "../../../../test/support/npm.ts";

/** The packed package in other projects, tested with the README's own code. */

const PACKAGE = "packages/local-host";
const MINUTE = 60_000;
const fromReadme = codeBlocks(`${PACKAGE}/README.md`);
const read = (file: string) => readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");
const readme = read("README.md");
const packageJson = JSON.parse(read("package.json")) as {
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, object>>;
};
const { engines } = packageJson;
const OLDEST_NODE = `node@${engines.node.replace(">=", "")}.0`;

interface Kind {
  /** The README's block for `package.json`. */
  readonly manifest: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly fromReadme: readonly string[];
  /** Packages that are installed in this repository, too. */
  readonly here?: readonly string[];
  readonly elsewhere?: readonly string[];
  /** Each line shows that all tests of the README have passed. */
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

const COMMON_JS: Kind = {
  manifest: "package.json",
  fromReadme: ["src/approval.js", "test/approval.test.js", "src/shop.js", "test/shop.test.js"],
  commands: [{ run: "npm test", says: /^. pass 6$/m }],
};

const KINDS: Readonly<Record<string, Kind>> = {
  "CommonJS JavaScript with node:test": COMMON_JS,
  "TypeScript in ES modules with Vitest": {
    manifest: "vitest/package.json",
    files: { "tsconfig.json": fromReadme("vitest/tsconfig.json") },
    fromReadme: ["src/approval.ts", "test/approval.test.ts"],
    here: ["vitest", "typescript", "@types/node"],
    commands: [{ run: "npm test", says: /Tests .*2 passed/ }],
  },
  "CommonJS JavaScript with Jest": {
    manifest: "jest/package.json",
    files: { "test/approval.spec.mjs": JEST_IMPORT },
    fromReadme: ["src/approval.js", "test/approval.spec.js"],
    elsewhere: ["jest@30.5.2"],
    commands: [
      { run: "npm test -- test/approval.spec.js", says: /Tests: .*2 passed/ },
      {
        run: "npx jest test/approval.spec.mjs",
        says: /Tests: .*2 passed/,
        env: { NODE_OPTIONS: "--experimental-vm-modules" },
      },
    ],
  },
};

const projects = new Map<Kind, EmptyProject>();
// Thousands of files, on a disk that other tests use.
afterAll(() => projects.forEach((project) => project.remove()), 2 * MINUTE);

/** The installed project of this kind, the same for all tests. */
async function projectOf(kind: Kind): Promise<EmptyProject> {
  const known = projects.get(kind);
  if (known !== undefined) return known;
  const project = new EmptyProject();
  projects.set(kind, project);
  const blocks = ["host.json", ...kind.fromReadme].map((file) => [file, fromReadme(file)]);
  project.write({ ...kind.files, ...Object.fromEntries(blocks) });
  const manifest = JSON.parse(fromReadme(kind.manifest)) as object;
  await project.install([PACKAGE], manifest, kind.here ?? [], kind.elsewhere);
  return project;
}

describe.each(Object.entries(KINDS))("%s", (_name, kind) => {
  let project: EmptyProject;
  beforeAll(async () => {
    project = await projectOf(kind);
  }, 5 * MINUTE);

  test("tests an approval of 72 hours with the README's code", { timeout: 3 * MINUTE }, async () => {
    for (const { run, says, env } of kind.commands) expect(await project.run(run, env)).toMatch(says);
  });

  test("installs in the README what it installs here", () => {
    const names = [...(kind.here ?? []), ...(kind.elsewhere ?? [])].map((name) =>
      name.replace(/(?<=.)@.*$/, ""),
    );
    const lines = names.length > 0 ? [`npm install --save-dev ${names.join(" ")}\nnpm test\n`] : [];
    const { peerDependencies } = packageJson;
    const always = Object.keys(peerDependencies).filter((name) => !packageJson.peerDependenciesMeta[name]);
    const install = `\`\`\`sh\nnpm install ${always.join(" ")}\nnpm install --save-dev ../durable-patterns/`;
    expect(readme.split(install)).toHaveLength(Object.keys(KINDS).length + 1);
    for (const line of lines) expect(readme).toContain(line);
  });

  test("serves its app with npx", { timeout: MINUTE }, async () => {
    const started = await project.serve("npx durable-local-host --app . --port 0", (url) =>
      fetch(`${url}/runtime/webhooks/durabletask/orchestrators/approval`, { method: "POST" }),
    );
    expect(started.status).toBe(202);
  });
});

describe("a project without storage libraries", () => {
  let project: EmptyProject;
  beforeAll(async () => {
    project = await projectOf(COMMON_JS);
  }, MINUTE);

  test("says which library a queue needs", { timeout: MINUTE }, async () => {
    project.write({
      "queue/package.json": { main: "queue.js" },
      "queue/host.json": fromReadme("host.json"),
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

  test("reports in one line that Node is too old", { timeout: MINUTE }, async () => {
    const versions = '{ ...process.versions, node: "20.19.0" }';
    project.write({ "old.cjs": `Object.defineProperty(process, "versions", { value: ${versions} });` });
    const bin = path.join("node_modules", "durable-local-host", "bin", "durable-local-host.mjs");
    const complaint =
      `durable-local-host needs ${engines.node.replace(">=", "Node ")} or later; this is 20.19.0. ` +
      "To add a newer one to your project: npm install --save-dev node@24. Then npx and npm scripts use it.";
    const command = `node --require ./old.cjs ${bin} --app .`;
    await expect(project.run(command)).rejects.toMatchObject({ message: `${command}\n\n${complaint}\n` });
    const required = project.run(`node --require ./old.cjs --print require("durable-local-host/testing")`);
    await expect(required).rejects.toThrow(complaint);
  });

  test(`runs its tests on the oldest Node, ${OLDEST_NODE}`, { timeout: 3 * MINUTE }, async (context) => {
    const node = `npx --yes --prefer-offline ${OLDEST_NODE}`;
    const said = await project.run(`${node} --version`).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      return context.skip(`${OLDEST_NODE} is neither in npm's cache nor available from the registry`);
    });
    expect(said.trim()).toBe(OLDEST_NODE.replace("node@", "v"));
    expect(await project.run(`${node} --test`)).toMatch(/^. pass 6$/m);
    const entry = `${node} --print Object.keys(require("durable-local-host")).length>0`;
    expect(await project.run(entry)).toBe("true\n");
  });
});
