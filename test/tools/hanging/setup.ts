import { appendFile } from "node:fs/promises";
import { startAzurite } from "../../../tools/azurite.ts";

/** Writes down what has been started, for whoever looks whether it ends; what npm runs, first. */
export async function setup(): Promise<() => Promise<void>> {
  const azurite = await startAzurite({});
  await appendFile(process.env["HANGING_FILE"] ?? "", `${process.ppid}\n${process.pid}\n${azurite.pid}\n`);
  return () => azurite.stop();
}
