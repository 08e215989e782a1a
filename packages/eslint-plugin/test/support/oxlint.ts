import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rules as all } from "../../src/index.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
  readonly line: number;
}

interface Report {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/** Runs the real oxlint with all rules of this plugin, and no other rules, on files of a folder. */
export async function oxlint(
  folder: string,
  files: readonly string[] = ["."],
  settings: object = {},
): Promise<Finding[]> {
  const config = join(folder, "oxlintrc.json");
  const rules = Object.fromEntries(Object.keys(all).map((name) => [`durable-functions/${name}`, "error"]));
  writeFileSync(
    config,
    JSON.stringify({
      plugins: [],
      categories: { correctness: "off" },
      jsPlugins: [join(ROOT, "packages/eslint-plugin/src/index.ts")],
      rules,
      settings: { "durable-functions": settings },
    }),
  );
  const args = [join(ROOT, "node_modules/oxlint/bin/oxlint"), "-c", config, "-f", "json", "--no-ignore"];
  const text = await run([...args, "--disable-nested-config", ...files], folder);
  const { diagnostics } = JSON.parse(text) as Report;
  return diagnostics.map(({ code, message, filename, labels }) => ({
    file: relative(folder, join(folder, filename)),
    rule: /\(([\w-]+)\)$/.exec(code)?.[1] ?? code,
    message,
    line: labels[0]?.span.line ?? 0,
  }));
}

/** Returns the output of the command. The command exits with 1 if it has findings. */
const run = (args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout.startsWith("{")) resolve(stdout);
      else reject(new Error(`${stdout}\n${stderr}`, { cause: error }));
    });
  });
