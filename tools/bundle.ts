import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path, { join, relative } from "node:path";
import { type OutputChunk, rolldown } from "rolldown";
import { ROOT } from "./run.ts";

/** Native code: it cannot be bundled, and is installed next to the bundle. */
export const NATIVE_DEPENDENCIES = ["sharp"] as const;

/** The worker provides `require("@azure/functions-core")`. */
const WORKER = "@azure/functions-core";

/**
 * Bundles the app and its imports into a few files with source maps: a cold start opens a tenth of the files. Node
 * reads source maps only for modules that are loaded after they are enabled, so `index.js` enables them first.
 *
 * @param folder for the bundle; its old content is deleted
 * @throws {Error} if something cannot be resolved or parsed
 */
export async function bundleApp(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { app: join(ROOT, "src", "index.ts") },
    platform: "node",
    external: [WORKER, ...NATIVE_DEPENDENCIES],
    logLevel: "warn",
    onLog(level, log, next) {
      if (level !== "warn") return next(level, log);
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    cleanDir: true,
    format: "esm",
    sourcemap: true,
    // Traces need names and lines, and the sources are in the repository.
    sourcemapExcludeSources: true,
    // Relative to the app's folder, so that the bundle has the same bytes on every machine.
    sourcemapPathTransform: (source, map) => sourceOf(source, map, ROOT),
  });
  await bundle.close();
  writeFileSync(join(folder, "index.js"), 'process.setSourceMapsEnabled(true);\nawait import("./app.js");\n');
  writeFileSync(join(folder, "third-party-licenses.txt"), licences(output.filter(isChunk)));
}

/** The path of a source in a source map, relative to the bundle's folder in `root`: the same text on every system. */
export function sourceOf(
  source: string,
  map: string,
  root: string,
  system: path.PlatformPath = path,
): string {
  const absolute = system.resolve(system.dirname(map), source);
  return system.join("..", system.relative(root, absolute)).replaceAll("\\", "/");
}

const isChunk = (file: { type: string }): file is OutputChunk => file.type === "chunk";

/** The licence texts of the bundled packages, as the licences require. */
function licences(chunks: readonly OutputChunk[]): string {
  const folders = new Set(
    chunks
      .flatMap(({ moduleIds }) => moduleIds)
      .flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? []),
  );
  return [...folders].toSorted().map(licenceOf).join("\n");
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly [field in "name" | "version" | "license"]: string;
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8") : "";
  return `=== ${name} ${version}, ${license} (${relative(ROOT, folder).replaceAll("\\", "/")})\n\n${text}\n`;
}
