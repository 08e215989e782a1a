import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAtLeast } from "../src/durable/orchestration/version.ts";
import { UNFINISHED_STATUSES } from "../src/http/resource-status.ts";
import { checkUrl, commandLine } from "./command-line.ts";
import { fail, ROOT } from "./run.ts";
import { Api } from "./tour/api.ts";
import { messageOf } from "./message-of.ts";

const HELP = `Usage: npm run open-instances -- [options]

Lists what a deployment of this code would affect: the unfinished instances of a running app, by pattern and
version. Those with a newer version than this code wait until code of their version is deployed again.

  --base URL  the app (default http://127.0.0.1:7071)
  --key KEY   function key, needed on Azure
  --help      show this text`;

interface Instance {
  readonly pattern: string | null;
  readonly version?: string;
  readonly createdAt: string;
}
interface Page {
  readonly instances: readonly Instance[];
  readonly continuation?: string | null;
}

const { base, key } = commandLine(HELP, {
  base: { type: "string", default: "http://127.0.0.1:7071" },
  key: { type: "string" },
});
checkUrl("--base", base);

async function* openInstances(api: Api): AsyncGenerator<Instance> {
  let continuation: string | null | undefined;
  do {
    const position = continuation ? `&continuation=${encodeURIComponent(continuation)}` : "";
    const page = await api.get<Page>(`/api/instances?status=${UNFINISHED_STATUSES.join(",")}${position}`);
    yield* page.instances;
    ({ continuation } = page);
  } while (continuation);
}

interface Group {
  readonly pattern: string;
  readonly version: string | undefined;
  instances: number;
  oldest: string;
}

async function groups(): Promise<Group[]> {
  const found = new Map<string, Group>();
  for await (const { pattern, version, createdAt } of openInstances(new Api(base, key))) {
    const group = { pattern: pattern ?? "other", version, instances: 0, oldest: createdAt };
    const name = `${group.pattern} ${version ?? ""}`;
    const known = found.get(name) ?? group;
    known.instances += 1;
    if (createdAt < known.oldest) known.oldest = createdAt;
    found.set(name, known);
  }
  return [...found.values()].sort((a, b) => a.pattern.localeCompare(b.pattern));
}

const host = JSON.parse(readFileSync(join(ROOT, "host.json"), "utf8")) as {
  readonly extensions: { readonly durableTask: { readonly defaultVersion: string } };
};
const own = host.extensions.durableTask.defaultVersion;
const open = await groups().catch((error: unknown) =>
  fail(`The app at ${base} does not return its open instances: ${messageOf(error)}`),
);
console.log(
  open.length === 0 ? "Nothing is open." : "| pattern | version | open | oldest |\n|---|---|--:|---|",
);
for (const { pattern, version, instances, oldest } of open) {
  console.log(`| ${pattern} | ${version ?? "none"} | ${instances} | ${oldest} |`);
}
const newer = open.filter(({ version }) => version !== undefined && !isAtLeast(own, version));
if (newer.length > 0) {
  const count = newer.reduce((sum, { instances }) => sum + instances, 0);
  console.log(
    `\nThis code is version ${own}: ${count} of a newer version will wait until such code is back.`,
  );
}
