import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** Empty projects that install the packed package, as its users do. */

const PACKAGE = path.resolve(import.meta.dirname, "../..");
const MODULES = path.resolve(PACKAGE, "../../node_modules");
const README = readFileSync(path.join(PACKAGE, "README.md"), "utf8");
/** npm and npx are command files on Windows, which only a shell starts. */
const shell = process.platform === "win32";

/** A project runs as outside of any test runner and npm script. */
function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:NODE_(?:OPTIONS|ENV|PATH|TEST|V8)|npm_(?!config_(?:cache|registry))|VITEST|INIT_CWD)/.test(name));
  return { ...Object.fromEntries(own), ...extra };
}

/** What a command writes; rejects with all of it if it fails. */
async function output(cwd: string, command: string, env?: NodeJS.ProcessEnv): Promise<string> {
  const [program = "", ...args] = command.split(" ");
  const options = { cwd, env: environment(env), shell, maxBuffer: 2 ** 26 };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Runs what may need the registry; `undefined`, with a message, if neither npm's cache nor the registry has it. */
export async function ifObtainable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!/ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(String(error))) throw error;
    console.warn("Skipped: packages are neither in npm's cache nor to be had from the registry");
    return undefined;
  }
}

/** The version that this repository has, which npm's cache has then, too. */
export function installed(name: string): string {
  const manifest = readFileSync(path.join(MODULES, name, "package.json"), "utf8");
  return `${name}@${(JSON.parse(manifest) as { version: string }).version}`;
}

/** The code block of the README that is this file. */
export function fromReadme(file: string): string {
  const [, text] =
    new RegExp(`^\`\`\`\\w+ ${file.replaceAll(".", "\\.")}\n(.*?)^\`\`\``, "ms").exec(README) ?? [];
  if (text === undefined) throw new Error(`The README has no ${file}`);
  return text;
}

/** A folder outside of the repository, so that nothing is found above it. */
export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), "durable local-host "));

  write(files: Readonly<Record<string, string | object>>): this {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    }
    return this;
  }

  run(command: string, env?: NodeJS.ProcessEnv): Promise<string> {
    return output(this.folder, command, env);
  }

  /** Packs the package as it is built, and installs the tarball and other packages. */
  async install(...others: readonly string[]): Promise<void> {
    // Not the scripts: they would build anew, while other tests run what is built.
    const listing = await output(PACKAGE, `npm pack --json --ignore-scripts`);
    const tarball = /"filename": "([^"]+\.tgz)"/.exec(listing)?.[1] ?? "";
    const place = path.join(PACKAGE, tarball);
    writeFileSync(path.join(this.folder, tarball), readFileSync(place));
    rmSync(place);
    const packages = [
      `./${tarball}`,
      installed("@azure/functions"),
      installed("durable-functions"),
      ...others,
    ];
    await this.run(
      `npm install --prefer-offline --no-audit --no-fund --ignore-scripts ${packages.join(" ")}`,
    );
  }

  /** Serves the app with npx, and answers what `use` finds at its address. */
  async serve<T>(use: (url: string) => Promise<T>): Promise<T> {
    const args = ["durable-local-host", "--app", ".", "--port", "0"];
    const child = spawn("npx", args, { cwd: this.folder, env: environment(), shell });
    const closed = once(child, "close");
    try {
      return await use(await address(child.stdout, closed));
    } finally {
      child.kill();
      await closed;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function address(stdout: NodeJS.ReadableStream, closed: Promise<unknown>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stdout.on("data", (chunk) => {
      text += String(chunk);
      const url = /Serving .* on (http:\S+)\. /.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    closed.then(() => reject(new Error(`The host did not start: ${text}`)), reject);
  });
}
