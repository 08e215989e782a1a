import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../../tools/run.ts";
import { copyInstalled, installedVersion } from "./installed-packages.ts";
import { isUnreachable, NEEDS_SHELL, output, userEnvironment } from "./npm.ts";

type Files = Readonly<Record<string, string | object>>;

/** Packs a package of this repository with its current build. Returns the tarball's name. */
export async function pack(folder: string, destination: string): Promise<string> {
  // Without its scripts, which would build again while other tests use the build.
  const settings = { npm_config_pack_destination: destination };
  const listing = await output(path.join(ROOT, folder), "npm pack --json --ignore-scripts", settings);
  const [, name] = /"filename": "([^"]+\.tgz)"/.exec(listing) ?? [];
  if (name === undefined) throw new Error(`npm pack named no file: ${listing}`);
  return name;
}

/** A project outside the repository that installs the packed package, as users do. */
export class EmptyProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "empty project "));

  write(files: Files): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
    }
  }

  run(command: string, env?: NodeJS.ProcessEnv): Promise<string> {
    return output(this.folder, command, env);
  }

  /**
   * Installs tarballs of this repository's packages. Other packages that are installed here are copied; the rest comes
   * from npm's cache or the registry.
   *
   * @param folders of the packages, such as packages/local-host, in the order of their dependencies
   * @param manifest of the project
   * @param here additional packages that are installed here
   * @param elsewhere additional packages that are not installed here, with their versions
   */
  async install(
    folders: readonly string[],
    manifest: object,
    here: readonly string[],
    elsewhere: readonly string[] = [],
  ) {
    const dependencies = Object.fromEntries(here.map((name) => [name, installedVersion(name)]));
    const packages = { "": { dependencies }, ...copyInstalled([...folders, ...here], this.folder) };
    this.write({
      "package.json": { private: true, ...manifest, dependencies },
      "package-lock.json": { lockfileVersion: 3, requires: true, packages },
    });
    // Links the commands of the copied packages. If a command is missing, npm would fetch the package again.
    await this.run("npm rebuild --ignore-scripts");
    const tarballs: string[] = [];
    for (const folder of folders) tarballs.push(`./${await pack(folder, this.folder)}`);
    const flags = `${elsewhere.length > 0 ? "--prefer-offline" : "--offline"} --no-audit --no-fund --ignore-scripts`;
    const install = `npm install --save-dev ${flags} ${[...tarballs, ...elsewhere].join(" ")}`;
    await this.run(install).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      const wanted = elsewhere.join(" ") || "the packages of this repository";
      throw new Error(`This test needs the npm registry, or ${wanted} in npm's cache.`, { cause: error });
    });
  }

  /** Runs a command that serves on a free port, and returns the result of `use` for its address. */
  async serve<T>(command: string, use: (url: string) => Promise<T>): Promise<T> {
    const [program = "", ...args] = command.split(" ");
    // In a group of its own, because npx does not end the command that it runs.
    const options = { cwd: this.folder, env: userEnvironment(), shell: NEEDS_SHELL, detached: !NEEDS_SHELL };
    const child = spawn(program, args, options);
    const closed = once(child, "close");
    try {
      return await use(await address(child.stdout, closed));
    } finally {
      if (NEEDS_SHELL) spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
      else if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
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
      const url = /(?:Serving .* on|Console for .*:) (http:\S+)\. /.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    closed.then(() => reject(new Error(`It did not start: ${text}`)), reject);
  });
}
