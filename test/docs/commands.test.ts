import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { type Shop, startShop } from "../support/shop.ts";

/** The commands of the pages work as they are written. */

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const { scripts } = JSON.parse(read("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const PAGES = globSync(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/**/*.md"], {
  cwd: ROOT,
}).toSorted();

/** Scripts that npm runs without `run`. */
const npmScript = /\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g;

test.each(PAGES)("%s names scripts of npm and sample files that exist", (page) => {
  const text = read(page);
  const named = [...text.matchAll(npmScript)].map(([, run, short]) => run ?? short ?? "");
  expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  const samples = [...text.matchAll(/(?<![\w/])samples\/[\w./-]*\w/g)].map(([file]) => file);
  expect(samples.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

interface Call {
  readonly line: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string | undefined;
}

/** The `curl` lines of a page, in their order; `sed 's/a/b/' FILE | curl …` may give the body. */
function curlCalls(page: string): Call[] {
  const blocks = read(page).match(/(?<=^```(?:sh)?\n)[\s\S]*?(?=^```$)/gm) ?? [];
  const lines = blocks.flatMap((block) => block.split("\n"));
  return lines.filter((line) => /^(?:sed .* \| )?curl .*:7071/.test(line)).map(callOf);
}

const CURL = {
  include: { type: "boolean", short: "i" },
  request: { type: "string", short: "X" },
  header: { type: "string", short: "H", multiple: true },
  upload: { type: "string", short: "T" },
  data: { type: "string", short: "d" },
} as const;

/** @throws {Error} for an option of curl that this test does not know */
function callOf(line: string): Call {
  const [, from = "", to = "", file = "", curl = line] =
    /^sed 's\/(.+)\/(.+)\/' (\S+) \| (.*)$/.exec(line) ?? [];
  const [, ...args] = [...curl.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  const { values, positionals } = parseArgs({ args, options: CURL, allowPositionals: true });
  const { upload, data, header = [] } = values;
  const text = data?.replace(/^@(.+)$/, (_, name: string) =>
    name === "-" ? read(file).replace(from, to) : read(name),
  );
  const body = upload === undefined ? text : readFileSync(path.join(ROOT, upload));
  const usual = upload === undefined ? (data === undefined ? "GET" : "POST") : "PUT";
  const headers = Object.fromEntries(header.map((one) => one.split(": ")));
  return { line, method: values.request ?? usual, url: positionals[0] ?? "", headers, body };
}

/** `<order>` is an id of an earlier answer, and `<trackingNumber>` a field; of several the last, if it can be refunded. */
function valueOf(name: string, answers: readonly string[]): string {
  const pattern = new RegExp(`"(?:id":"(?=${name}-)|${name}":")([^"]+)"`);
  const found = answers.filter((answer) => pattern.test(answer));
  const answer = found.findLast((text) => text.includes('"confirmed"')) ?? found.at(-1);
  return pattern.exec(answer ?? "")?.[1] ?? `no-${name}`;
}

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ startAt: new Date() });
});
afterAll(() => shop?.host.stop());

const withCalls = PAGES.filter((page) => curlCalls(page).length > 0);

test("the README and the page of each pattern have calls", () => {
  expect(withCalls).toContain("README.md");
  expect(withCalls.filter((page) => page.startsWith("docs/patterns/")).length).toBe(
    globSync("docs/patterns/*.md", { cwd: ROOT }).length,
  );
});

test.each(withCalls)("the calls of %s work, one after another", { timeout: 120_000 }, async (page) => {
  const { host } = shop;
  const answers: string[] = [];
  const failed: string[] = [];
  for (const { line, method, url, headers, body } of curlCalls(page)) {
    const fill = (template: string) =>
      template.replaceAll(/<(\w+)>/g, (_, name: string) => valueOf(name, answers));
    const address = fill(url.replace("http://127.0.0.1:7071", host.url));
    const sent = typeof body === "string" ? fill(body) : body;
    const response = await host.fetch(address, {
      method,
      headers,
      ...(sent !== undefined && { body: sent }),
    });
    const text = await response.text();
    answers.push(text);
    if (!response.ok) failed.push(`${response.status} ${line}: ${text.slice(0, 200)}`);
    // Longer than any retry of these calls.
    await host.advance({ minutes: 5 });
    const { links } = (/^\{.*"links"/.test(text) ? JSON.parse(text) : {}) as { links?: { self: string } };
    if (links) answers.push(await (await host.fetch(links.self)).text());
  }
  expect(failed).toEqual([]);
});
