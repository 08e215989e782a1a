import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, onTestFinished, test } from "vitest";
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
  const fields = ["name", "runs-on", "timeout-minutes", "strategy", "steps"];
  expect(Object.keys(jobs.check), "the job has no condition, and may not fail unnoticed").toEqual(fields);
  for (const step of jobs.check.steps.filter(({ run }) => run?.startsWith("node tools/")))
    expect(Object.keys(step), "the step may not fail unnoticed").toEqual(["run"]);
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
    readonly steps: readonly { readonly name?: string; readonly run?: string }[];
  }
  const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join("\n");

  test("is never cancelled, and does not wait for a preview", () => {
    expect(workflow.concurrency).toBeUndefined();
    expect(jobs.deploy.concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
    expect(jobs.preview.concurrency.group).toMatch(/^preview-/);
  });

  test("asks the replay gate when the right to read is there, and before the new code", () => {
    const order = jobs.deploy.steps.flatMap(({ run = "" }) =>
      ["azd provision", "deployment-gate.ts", "azd deploy"].filter((command) => run.includes(command)),
    );
    expect(order).toEqual(["azd provision", "deployment-gate.ts", "azd deploy"]);
  });

  describe.skipIf(process.platform === "win32")("the step of the replay gate", () => {
    const script = jobs.deploy.steps.find(({ name }) => name === "Ask the replay gate")?.run ?? "";

    /** Runs it in GitHub's shell, with a gate that answers one exit status after the other. */
    function step(answers: readonly number[], goOn = "") {
      const folder = mkdtempSync(join(tmpdir(), "gate-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const called = join(folder, "called");
      const stubs = {
        azd: "echo stgate",
        node: `echo "$@" >> ${called}; set -- ${answers.join(" ")}; n=$(wc -l < ${called}); eval exit '$'$n`,
        jq: "cat",
        npm: "",
        curl: "echo token",
        sleep: "",
      };
      for (const [name, text] of Object.entries(stubs)) {
        writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      }
      const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        env: {
          PATH: `${folder}:${process.env["PATH"]}`,
          AZURE_FEDERATED_TOKEN_FILE: join(folder, "token"),
          GO_ON: goOn,
        },
      });
      return { status, calls: readFileSync(called, "utf8").trim().split("\n") };
    }
    const CALL = "tools/deployment-gate.ts --account stgate";

    test("lets the deployment go on if it says yes, and stops it if it says no", () => {
      expect(step([0])).toEqual({ status: 0, calls: [CALL] });
      expect(step([1])).toEqual({ status: 1, calls: [CALL] });
    });

    test("asks again while the task hub cannot be read, and stops the deployment in the end", () => {
      expect(step([2, 2, 0])).toEqual({ status: 0, calls: [CALL, CALL, CALL] });
      expect(step([2, 2, 1]).status).toBe(1);
      const { status, calls } = step([2, 2, 2, 2, 2]);
      expect(status).toBe(1);
      expect(calls).toHaveLength(5);
    });

    test("is overridden by the input of a manual run alone", () => {
      expect(step([0], "true").calls).toEqual([`${CALL} --go-on`]);
      expect(step([0], "false").calls).toEqual([CALL]);
    });
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
