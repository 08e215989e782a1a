import { asObject } from "../json.ts";
import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "./app-error.ts";
import { readCors } from "./cors-settings.ts";
import type { CorsSettings } from "./cors-settings.ts";
import { messageOf } from "../errors.ts";
import { parseTolerantJson } from "./tolerant-json.ts";

/** The contents of an app folder's files, read before any of its code runs. */
export interface AppFolder {
  /** Absolute. */
  readonly folder: string;
  /** Absolute paths of the files that `main` matches, sorted. */
  readonly entryPoints: readonly string[];
  /** Whether `.js` files are ES modules. */
  readonly isModule: boolean;
  /** Folders with a `function.json`: functions of the old programming model. */
  readonly oldFunctions: readonly string[];
  /** Parsed `host.json`. */
  readonly hostJson: unknown;
  /** `Values` of `local.settings.json`. */
  readonly settings: Readonly<Record<string, string>>;
  /** `Host.LocalHttpPort` of `local.settings.json`. */
  readonly localHttpPort: number | undefined;
  readonly cors: CorsSettings;
}

/** @throws {AppError} one line that names the file at fault */
export function readAppFolder(folder: string): AppFolder {
  const absolute = path.resolve(folder);
  if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) {
    throw new AppError(`There is no app folder ${absolute}.`);
  }
  const packageJson = required(
    absolute,
    "package.json",
    "the app needs one that names its entry point",
    JSON.parse,
  );
  const hostJson = required(
    absolute,
    "host.json",
    'the Functions host needs one; {"version":"2.0"} is enough',
    parseTolerantJson,
  );
  const local = readObject(absolute, "local.settings.json", parseTolerantJson) ?? {};
  if (local["IsEncrypted"] === true) {
    throw new AppError(
      `${path.join(absolute, "local.settings.json")} is encrypted; decrypt it with "func settings decrypt".`,
    );
  }
  const localHost = asObject(local["Host"]);
  const oldFunctions = globSync("*/function.json", { cwd: absolute })
    .map((file) => path.dirname(file))
    .sort();
  const { main } = packageJson;
  if (oldFunctions.length > 0 && (typeof main !== "string" || main === "")) {
    throw new AppError(`${absolute}: ${oldModel(oldFunctions)}`);
  }
  return {
    folder: absolute,
    oldFunctions,
    entryPoints: findEntryPoints(absolute, main),
    isModule: packageJson["type"] === "module",
    hostJson,
    settings: strings(asObject(local["Values"])),
    cors: readCors(localHost),
    localHttpPort: typeof localHost["LocalHttpPort"] === "number" ? localHost["LocalHttpPort"] : undefined,
  };
}

/** The message about functions of the old programming model. */
export function oldModel(names: readonly string[]): string {
  return (
    `${names.join(", ")}: function.json is the old programming model (v3), which is not served here. Register functions ` +
    'in code with @azure/functions 4, or run the app with "func start".'
  );
}

function findEntryPoints(folder: string, main: unknown): readonly string[] {
  const file = path.join(folder, "package.json");
  if (typeof main !== "string" || main === "") {
    throw new AppError(
      `${file} has no "main": it must name the app's entry point, for example dist/index.js.`,
    );
  }
  const found = globSync(main, { cwd: folder })
    .map((relative) => path.resolve(folder, relative))
    .filter((absolute) => statSync(absolute).isFile())
    .sort();
  if (found.length === 0) {
    throw new AppError(`"main" of ${file} is "${main}", but no file matches it. Has the app been built?`);
  }
  return found;
}

type JsonObject = Readonly<Record<string, unknown>>;

function required(folder: string, name: string, why: string, parse: (text: string) => unknown): JsonObject {
  const found = readObject(folder, name, parse);
  if (found === undefined) throw new AppError(`${path.join(folder, name)} is missing: ${why}.`);
  return found;
}

/** `undefined` if there is no such file. */
function readObject(folder: string, name: string, parse: (text: string) => unknown): JsonObject | undefined {
  const file = path.join(folder, name);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new AppError(`${file} cannot be read: ${messageOf(error)}`);
  }
  try {
    // Some Windows editors write a byte order mark, which JSON does not allow.
    return asObject(parse(text.replace(/^\uFEFF/, "")));
  } catch (error) {
    throw new AppError(`${file} is not valid JSON: ${messageOf(error)}`);
  }
}

function strings(values: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
}
