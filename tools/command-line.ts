import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { fail } from "./run.ts";
import { messageOf } from "./message-of.ts";

/**
 * The options of a tool. `--help` prints `help`, an unknown option prints an error in one line; both end the process.
 */
export function commandLine<T extends ParseArgsOptionsConfig>(help: string, options: T) {
  helpIfAsked(help);
  return parse(options).values;
}

/** The same for a tool that also takes names. */
export function commandLineWithNames<T extends ParseArgsOptionsConfig>(help: string, options: T) {
  helpIfAsked(help);
  const { values, positionals } = parse(options, true);
  return { values, names: positionals as readonly string[] };
}

/** Prints `help` and ends the process if the command line has `--help`. */
export function helpIfAsked(help: string): void {
  if (!process.argv.slice(2).includes("--help")) return;
  console.log(help);
  process.exit();
}

/** Ends the process with one line, before anything is built or started, if the text is not a port. */
export function checkPort(option: string, text: string | undefined): void {
  if (text === undefined) return;
  const port = Number(text);
  if (/^[1-9]\d*$/.test(text) && port <= 65_535) return;
  fail(`${option} ${text}: use a number from 1 to 65535.`);
}

/** The number in a text; the same if it is none, or out of its range. Numbers from a fraction on may have decimals. */
export function numberOption(option: string, text: string, [least, most]: readonly [number, number]): number {
  const isNumber = (Number.isInteger(least) ? /^\d{1,15}$/ : /^\d{1,15}(?:\.\d{1,15})?$/).test(text);
  const value = Number(text);
  if (isNumber && value >= least && value <= most) return value;
  return fail(
    `${option} ${text}: use a ${Number.isInteger(least) ? "whole number" : "number"} from ${least} to ${most}.`,
  );
}

/** The same for a text that is not a URL of an app. */
export function checkUrl(option: string, text: string | undefined): void {
  if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return;
  fail(`${option} ${text}: use an address such as http://127.0.0.1:7071.`);
}

function parse<T extends ParseArgsOptionsConfig>(options: T, allowPositionals = false) {
  const args: string[] = [];
  for (const arg of process.argv.slice(2)) {
    // Node's parser takes a number below zero for an option; here its range is named.
    if (/^-\d/.test(arg) && /^--[\w-]+$/.test(args.at(-1) ?? "")) args.push(`${args.pop()}=${arg}`);
    // It does not allow optional values; this option may omit its value, like Node's own option.
    else args.push(arg === "--inspect" ? "--inspect=9229" : arg);
  }
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    // Node's message continues with hints that do not apply to these tools.
    const [reason] = messageOf(error).split(/\.\s/);
    return fail(`${reason}. Use --help to see the options.`);
  }
}
