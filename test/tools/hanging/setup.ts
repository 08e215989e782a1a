import { appendFile } from "node:fs/promises";
import { startAzurite } from "../../../tools/azurite.ts";

/** Records the started processes, to check whether they end. The process of npm is first. */
export async function setup(): Promise<() => Promise<void>> {
  const azurite = await startAzurite({});
  await appendFile(process.env["HANGING_FILE"] ?? "", `${process.ppid}\n${process.pid}\n${azurite.pid}\n`);
  return () => azurite.stop();
}
