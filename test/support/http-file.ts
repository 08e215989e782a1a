import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../tools/run.ts";

/** A request of a `.http` file, before its variables are replaced. */
export interface HttpFileRequest {
  readonly title: string;
  readonly name: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Path of a file that is the body. */
  readonly bodyFile: string | undefined;
}

export interface HttpFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly requests: readonly HttpFileRequest[];
}

/** The calls of `api.http`, and then those of the pages: the example for a new pattern, and each pattern. */
export function readCalls(): HttpFile {
  const pages = ["CONTRIBUTING.md", ...globSync("docs/patterns/*.md", { cwd: ROOT }).toSorted()];
  const blocks = pages.flatMap((page) => readFileSync(path.join(ROOT, page), "utf8").match(HTTP_BLOCK) ?? []);
  return parseHttp([readFileSync(path.join(ROOT, "api.http"), "utf8"), ...blocks].join("\n"));
}

const HTTP_BLOCK = /(?<=^```http\n)[\s\S]*?(?=^```$)/gm;

/** Reads the parts of the `.http` format that we use: blocks by `###`, `@variable = value`, `# @name`. */
function parseHttp(text: string): HttpFile {
  const blocks = text.split(/^###/m);
  const variables: Record<string, string> = {};
  const requests: HttpFileRequest[] = [];
  for (const [index, block] of blocks.entries()) {
    const lines = block.split("\n");
    for (const line of lines) {
      const [, name = "", value = ""] = /^@(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (name !== "") variables[name] = value;
    }
    if (index > 0) requests.push(readRequest(lines));
  }
  return { variables, requests };
}

function readRequest(lines: readonly string[]): HttpFileRequest {
  const start = lines.findIndex((line) => /^[A-Z]+ \S+$/.test(line));
  const [method = "", url = ""] = (lines[start] ?? "").split(" ");
  const end = lines.indexOf("", start);
  const headers = lines.slice(start + 1, end).map((line): [string, string] => {
    const [, name = "", value = ""] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    return [name, value];
  });
  const body = lines.slice(end).join("\n").trim();
  const [, bodyFile] = /^< (\S+)$/.exec(body) ?? [];
  return {
    title: lines[0]?.trim() ?? "",
    name: lines.map((line) => /^# @name (\w+)$/.exec(line)?.[1]).find((name) => name !== undefined),
    method,
    url,
    headers: Object.fromEntries(headers),
    body: body === "" || bodyFile ? undefined : body,
    bodyFile: bodyFile && path.join(ROOT, bodyFile),
  };
}

/** Replaces `{{variable}}`, `{{$guid}}` and `{{name.response.body.$.a.b}}`. @throws {Error} on an unknown one */
export function fillIn(
  text: string,
  variables: Readonly<Record<string, string>>,
  bodies: ReadonlyMap<string, unknown>,
): string {
  return text.replaceAll(/\{\{([^}]+)\}\}/g, (whole, expression: string) => {
    if (expression === "$guid") return crypto.randomUUID();
    const [, name = "", keys = ""] = /^(\w+)\.response\.body\.\$\.(.+)$/.exec(expression) ?? [];
    if (name === "" && variables[expression] !== undefined) return variables[expression];
    const value = keys
      .split(".")
      .reduce<unknown>(
        (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
        bodies.get(name),
      );
    if (typeof value !== "string") throw new Error(`${whole} is not known`);
    return value;
  });
}
