import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "./command-line.ts";
import { bin, buildPackages, fail, runNode } from "./run.ts";

const HELP = `Usage: node tools/deployment-gate.ts [options]

Asks before a deployment whether every unfinished instance of the running app goes on with the new code. Stages the
package that would be deployed, and replays on it what the task hub contains; only reads there.
Exit status 0: deploy. 1: an instance would not go on, or the build fails. 2: the task hub could not be read.

  --account NAME  storage account of the task hub, by your own identity (default: by AzureWebJobsStorage)
  --app DIR       the built app (default: .local/package, which is staged first)
  --go-on         exit status 0 in spite of both, which are reported nevertheless
  --help          this text`;

const values = commandLine(HELP, {
  account: { type: "string" },
  app: { type: "string" },
  "go-on": { type: "boolean", default: false },
});

/** Also into the summary of the workflow's run, for whoever decides. */
function say(line: string): void {
  console.log(line);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary) appendFileSync(summary, `${line}\n\n`);
}

async function stage(): Promise<string> {
  if ((await buildPackages()) !== 0) fail("The packages do not build.");
  const folder = join(".local", "package");
  if ((await runNode([join("tools", "stage-package.ts"), "--out", folder])) !== 0)
    fail("Nothing was staged.");
  return folder;
}

async function ask(): Promise<number> {
  const app = values.app ?? (await stage());
  const account = values.account === undefined ? [] : ["--account", values.account];
  const args = ["check", "--app", app, ...account, "--running", "--allow-missing-hub"];
  // The app does not load without the setting; with --account, nothing connects by it.
  const unused = account.length > 0 ? { AzureWebJobsStorage: "UseDevelopmentStorage=true" } : {};
  return runNode([bin("durable-replay"), ...args], { env: { ...process.env, ...unused } });
}

const ANSWERS: Readonly<Record<number, string>> = {
  0: "The replay gate says yes: every unfinished instance goes on with this code.",
  1: "The replay gate says no: the log names the instances that would not go on. See docs/versioning.md.",
};
const NO_ANSWER = "The replay gate could not be asked: the log says why. See docs/deploy.md, From GitHub.";

if (values.account === "") fail("--account: name the storage account.");
if (process.env["DURABLE_BACKEND"] === "durableTaskScheduler") {
  say("The replay gate is not asked: it reads task hubs in storage, and this one is in the scheduler.");
} else {
  const status = await ask();
  say(ANSWERS[status] ?? NO_ANSWER);
  if (status !== 0 && values["go-on"]) say("The deployment goes on, as requested.");
  process.exitCode = values["go-on"] ? 0 : status;
}
