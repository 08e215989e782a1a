import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "./command-line.ts";
import { fail, ROOT } from "./run.ts";

const HELP = `Usage: node tools/deployment-parameters.ts > parameters.json

Prints the parameters of infra/main.bicep in the same form as azd: infra/main.parameters.json with environment
variables. For az, which needs fewer rights for a preview.

  --help  show this text`;

type Value = string | Readonly<Record<string, string>>;
interface ParameterFile {
  readonly parameters: Readonly<Record<string, { readonly value: Value }>>;
}

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** As in azd, an empty variable counts as not set. Undefined if there is no default, either. */
function fillIn(text: string): string | undefined {
  const filled = text.replace(
    /\$\{(\w+)(?:=([^}]*))?\}/,
    (_, name: string, fallback = "") => process.env[name] || fallback,
  );
  return filled || (text.includes("=") ? "" : undefined);
}

/** A variable is text. For a parameter that is a number, a boolean, an array or an object, it is parsed. */
function typed(name: string, value: Value, isText: boolean): unknown {
  if (typeof value !== "string") {
    return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, fillIn(text) ?? ""]));
  }
  const text = fillIn(value);
  if (text === undefined || isText) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail(`${value} is for the parameter ${name}, and "${text}" is not JSON.`);
  }
}

commandLine(HELP, {});
const file = JSON.parse(read("infra/main.parameters.json")) as ParameterFile;
const template = read("infra/main.bicep");
const parameters = Object.entries(file.parameters).map(([name, { value }]) => {
  const isText = new RegExp(`^param ${name} string( |$)`, "m").test(template);
  return [name, { value: typed(name, value, isText) }] as const;
});
const given = Object.fromEntries(parameters.filter(([, { value }]) => value !== undefined));
for (const name of ["environmentName", "location"]) {
  if (!given[name]) fail(`The parameter ${name} is missing: set AZURE_ENV_NAME and AZURE_LOCATION.`);
}
const $schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
console.log(JSON.stringify({ $schema, contentVersion: "1.0.0.0", parameters: given }, null, 2));
