import { readFileSync } from "node:fs";
import { z } from "zod";

const hostFile = z.object({
  extensions: z.object({ durableTask: z.object({ defaultVersion: z.string().optional() }) }),
});

/** The version of this code, which `host.json` gives to every new instance (docs/versioning.md). */
export function codeVersion(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const override = env["AzureFunctionsJobHost__extensions__durableTask__defaultVersion"];
  if (override !== undefined) return override;
  return hostFile.parse(JSON.parse(readFileSync("host.json", "utf8"))).extensions.durableTask.defaultVersion;
}
