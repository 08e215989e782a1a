import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** Folder of the app with the orchestrations that the benchmark runs. */
export const BENCH_APP = fileURLToPath(new URL("app", import.meta.url));
const ENTRY = "app.mjs";

/** The same app with its libraries in one file, as deployed apps often are. @param folder empty */
export async function bundleBenchApp(folder: string): Promise<void> {
  for (const file of ["host.json", "package.json"]) copyFileSync(join(BENCH_APP, file), join(folder, file));
  const bundle = await rolldown({
    input: join(BENCH_APP, ENTRY),
    platform: "node",
    external: ["@azure/functions-core"],
  });
  await bundle.write({ file: join(folder, ENTRY), format: "esm" });
  await bundle.close();
}
