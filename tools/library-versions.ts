import { exec, execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commandLine } from "./command-line.ts";
import { check, CHECKS } from "./library-versions/checks.ts";
import { bin, END_WITH_PARENT, ROOT } from "./run.ts";

const HELP = `Usage: node tools/library-versions.ts [--only 4.2]

Installs every minor version of @azure/functions 4 and durable-functions 3 of the npm registry in separate folders,
tries each on the local host with Node 22 and 24, and writes docs/library-versions.md. Takes ten minutes
or more.

  --only <minor>   only tries versions with this beginning, and prints the rows instead of writing them`;

const NODES = ["22", "24"];
const TABLE = join(ROOT, "docs", "library-versions.md");
const APP = join(ROOT, "tools", "library-versions", "app");
const run = promisify(execFile);
/** A shell command, because npm is a command file on Windows. */
const npm = (command: string, cwd = ROOT) => promisify(exec)(`npm ${command}`, { cwd });

interface Pair {
  readonly functions: string;
  readonly durable: string;
}

const { only } = commandLine(HELP, { only: { type: "string" } });
const work = mkdtempSync(join(tmpdir(), "library-versions-"));
try {
  const nodes = await Promise.all(NODES.map((major) => installNode(major)));
  const wanted = (await pairs()).filter(
    ({ functions, durable }) => only === undefined || functions.startsWith(only) || durable.startsWith(only),
  );
  const rows: string[] = [];
  for (const pair of wanted) {
    const app = await installApp(pair);
    for (const node of nodes) {
      const cells = [pair.functions, pair.durable, node.version, ...(await tryOut(app, node.path))];
      rows.push(`| ${cells.join(" | ")} |`);
      console.log(rows.at(-1));
    }
    rmSync(app, { recursive: true });
  }
  if (only === undefined) writeTable(rows);
} finally {
  rmSync(work, { recursive: true });
}

/** Every minor version of each library with the newest version of the other one that accepts it. */
async function pairs(): Promise<readonly Pair[]> {
  const functions = await minors("@azure/functions", 4);
  const durables = await minors("durable-functions", 3);
  const newest = functions.at(-1) ?? "";
  const least = new Map(
    await Promise.all(durables.map(async (version) => [version, await leastOf(version)] as const)),
  );
  const durableFor = (version: string): string =>
    durables.findLast((durable) => minorOf(version) >= (least.get(durable) ?? 0)) ?? "";
  const ofFunctions = functions.map((version) => ({ functions: version, durable: durableFor(version) }));
  const ofDurable = durables.map((durable) => ({ functions: newest, durable }));
  const known = new Set(ofFunctions.map(({ functions: version, durable }) => `${version} ${durable}`));
  return [...ofFunctions, ...ofDurable.filter(({ durable }) => !known.has(`${newest} ${durable}`))];
}

/** The last patch of each minor version, in order. */
async function minors(name: string, major: number): Promise<string[]> {
  const { stdout } = await npm(`view ${name} versions --json`);
  const newest = new Map<number, string>();
  for (const version of JSON.parse(stdout) as string[]) {
    if (new RegExp(String.raw`^${major}\.\d+\.\d+$`).test(version)) newest.set(minorOf(version), version);
  }
  return [...newest.values()].toSorted((a, b) => minorOf(a) - minorOf(b));
}

/** The lowest minor version of @azure/functions that a version of durable-functions accepts. */
async function leastOf(durable: string): Promise<number> {
  const { stdout } = await npm(`view durable-functions@${durable} dependencies --json`);
  const { "@azure/functions": range = "" } = JSON.parse(stdout) as Record<string, string>;
  return minorOf(range);
}

function minorOf(version: string): number {
  return Number(/\d+\.(\d+)/.exec(version)?.[1] ?? 0);
}

async function installNode(major: string): Promise<{ readonly version: string; readonly path: string }> {
  const folder = join(work, `node-${major}`);
  mkdirSync(folder);
  // The package downloads the program for this machine during its installation.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  await install(folder, `node@${major}`);
  const path = join(
    folder,
    "node_modules",
    "node",
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  const { stdout } = await run(path, ["--version"]);
  return { version: stdout.trim().replace("v", ""), path };
}

async function installApp({ functions, durable }: Pair): Promise<string> {
  const folder = join(work, `${functions}-${durable}`);
  cpSync(APP, folder, { recursive: true });
  await install(folder, `@azure/functions@${functions}`, `durable-functions@${durable}`);
  return folder;
}

async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await npm(`install --save-exact --no-fund --no-audit --loglevel=error ${packages.join(" ")}`, folder);
}

/** The cells of one row: whether the app starts, and then every check. */
async function tryOut(app: string, node: string): Promise<readonly string[]> {
  const flags = ["--disable-warning=ExperimentalWarning", END_WITH_PARENT];
  const host = spawn(node, [...flags, bin("durable-local-host"), "--app", app, "--port", "0"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = new Promise((resolve) => host.once("exit", resolve));
  const url = await new Promise<string | undefined>((resolve) => {
    let output = "";
    for (const stream of [host.stdout, host.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const found = /Serving .* on (http:\S+)\. /.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    host.once("exit", () => resolve(undefined));
  });
  if (url === undefined) return ["no", ...CHECKS.map(() => "–")];
  const cells = ["yes"];
  for (const name of CHECKS) cells.push(firstLine(await check(url, name)));
  host.kill();
  await ended;
  return cells;
}

/** The first line, without vertical bars, which would end the table cell. */
function firstLine(text: string): string {
  return text
    .replaceAll("|", "/")
    .replace(/\s*\n[^]*$/, "")
    .trim();
}

/** Keeps the text above the table. */
function writeTable(rows: readonly string[]): void {
  const [text = ""] = readFileSync(TABLE, "utf8").split(/^\| /m);
  const head = ["@azure/functions", "durable-functions", "Node", "starts", ...CHECKS];
  const lines = [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows];
  writeFileSync(TABLE, `${text}${lines.join("\n")}\n`);
}
