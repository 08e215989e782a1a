import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { fail } from "./run.ts";

/**
 * The options a tool was called with. `--help` prints `help` and ends the process; what is not an option ends it
 * with one line.
 */
export function commandLine<T extends ParseArgsOptionsConfig>(help: string, options: T) {
  const parsed = parse(options);
  if (process.argv.slice(2).includes("--help")) {
    console.log(help);
    process.exit();
  }
  return parsed.values;
}

function parse<T extends ParseArgsOptionsConfig>(options: T) {
  const args = process.argv.slice(2).filter((argument) => argument !== "--help");
  try {
    return parseArgs({ args, options, allowPositionals: false });
  } catch (error) {
    // Node's message has a second sentence about how to pass it as a positional, which none of our tools take.
    const [reason] = (error instanceof Error ? error.message : String(error)).split(". ");
    return fail(`${reason}. Use --help to see the options.`);
  }
}
