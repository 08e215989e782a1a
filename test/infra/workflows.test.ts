import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../tools/run.ts";

const files = globSync(".github/workflows/*.yml", { cwd: ROOT });

test("there are the three workflows", () => {
  const names = new Set(files.map((file) => basename(file)));
  expect(names).toEqual(new Set(["azure-dev.yml", "check.yml", "e2e.yml"]));
});

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");

  async function findings(content: string): Promise<string[]> {
    const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter());
    if (value) await convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(({ message }) => message);
  }

  test("is a workflow to GitHub's own parser", async () => {
    expect(await findings(text)).toEqual([]);
    expect(await findings(text.replace("runs-on:", "run-on:"))).not.toEqual([]);
    expect(
      await findings(text.replaceAll("${{ vars.", "${{ nothing.").replaceAll("${{ matrix.", "${{ nothing.")),
    ).not.toEqual([]);
  });

  test("pins every action to a commit, with the version as a comment", () => {
    const uses = text.split(/\r?\n/).filter((line) => /\buses:/.test(line));
    expect(uses).not.toEqual([]);
    expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    );
  });

  test("has no more rights than it needs, a time limit, and no secret", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(text.match(/runs-on:/g)?.length).toBe(text.match(/timeout-minutes:/g)?.length);
    expect(text).not.toContain("secrets.");
    expect(text.includes("id-token: write")).toBe(file.endsWith("azure-dev.yml"));
  });

  test("runs scripts that exist", () => {
    const scripts = [...text.matchAll(/node (tools\/[\w./-]+)/g)].map(([, script = ""]) => script);
    expect(scripts.filter((script) => !existsSync(join(ROOT, script)))).toEqual([]);
  });

  test("puts no expression into a shell command, because some contain text of others", () => {
    const workflow = parse(text) as {
      readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
    };
    const commands = Object.values(workflow.jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run ?? []),
    );
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });
});

test("every change is checked and tested on every operating system of contributors", () => {
  const { on, jobs } = parse(readFileSync(join(ROOT, ".github/workflows/check.yml"), "utf8")) as {
    readonly on: object;
    readonly jobs: { readonly check: Check };
  };
  interface Check {
    readonly "runs-on": string;
    readonly strategy: { readonly matrix: { readonly os: readonly string[] } };
    readonly steps: readonly { readonly run?: string; readonly if?: string }[];
  }
  expect(on, "check.yml must run for pull requests and on main").toMatchObject({
    push: { branches: ["main"] },
    pull_request: null,
  });
  const { matrix } = jobs.check.strategy;
  const systems = matrix.os.map((image) => image.replace(/-.*/, ""));
  expect(systems, "add the system to matrix.os of check.yml").toEqual(["ubuntu", "windows", "macos"]);
  expect(jobs.check["runs-on"]).toBe("${{ matrix.os }}");
  expect(Object.keys(matrix), "every Node runs on every system: no exclude").toEqual(["os", "node"]);
  const everywhere = jobs.check.steps.flatMap(({ run, if: condition }) => (condition ? [] : (run ?? [])));
  expect(everywhere, "these steps must have no condition").toEqual([
    "npm ci",
    "node tools/check.ts",
    "node tools/test.ts",
  ]);
});

describe("the deployment", () => {
  const { jobs, ...workflow } = parse(
    readFileSync(join(ROOT, ".github/workflows/azure-dev.yml"), "utf8"),
  ) as {
    readonly concurrency?: unknown;
    readonly env: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<"preview" | "deploy", Job>>;
  };
  interface Job {
    readonly if: string;
    readonly environment?: string;
    readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly env: Readonly<Record<string, string>>;
    readonly steps: readonly { readonly run?: string }[];
  }
  const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join("\n");

  test("is never cancelled, and does not wait for a preview", () => {
    expect(workflow.concurrency).toBeUndefined();
    expect(jobs.deploy.concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
    expect(jobs.preview.concurrency.group).toMatch(/^preview-/);
  });

  test("uses an identity that pull requests do not have", () => {
    expect(workflow.env).not.toHaveProperty("AZURE_CLIENT_ID");
    expect(jobs.preview.env).toEqual({ AZURE_CLIENT_ID: "${{ vars.AZURE_PREVIEW_CLIENT_ID }}" });
    expect(jobs.preview.environment).toBeUndefined();
    expect(jobs.deploy).toMatchObject({
      environment: "production",
      env: { AZURE_CLIENT_ID: "${{ vars.AZURE_CLIENT_ID }}" },
      if: "github.event_name != 'pull_request'",
    });
    expect(commands(jobs.preview)).not.toMatch(/azd |deployment sub create|keys list/);
    expect(commands(jobs.preview)).toContain("what-if --validation-level ProviderNoRbac");
  });
});
