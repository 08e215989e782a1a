import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** The page of bounds says what the code says, has all of them, and names tests that exist. */

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

interface Link {
  readonly text: string;
  readonly file: string;
  /** Of the link: for code that is no constant a part of the file, for a test its title. */
  readonly title: string;
}

interface Row {
  readonly what: string;
  readonly bound: string;
  readonly code: Link | undefined;
  readonly test: Link | undefined;
}

const ROWS = read("docs/limits.md")
  .split("\n")
  .filter((line) => /^\| (?!what |-)/.test(line))
  .map((line): Row => {
    const [what = "", bound = "", , code = "", shownBy = ""] = line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim());
    return { what, bound, code: linkIn(code), test: linkIn(shownBy) };
  });

function linkIn(cell: string): Link | undefined {
  const {
    text,
    file,
    title = "''",
  } = /^\[`?(?<text>[^\]`]+)`?\]\(\.\.\/(?<file>[^ )]+)(?: (?<title>"[^"]*"|'[^']*'))?\)$/.exec(cell)
    ?.groups ?? {};
  return text && file ? { text, file, title: title.slice(1, -1) } : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  MB: 1_000_000,
  megapixels: 1_000_000,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** `4 KiB` as 4096, times in milliseconds. */
function inUnits(bound: string): number {
  const [number = "", unit = ""] = bound.split(" ");
  const factor = UNITS[unit];
  if (factor === undefined) throw new Error(`Unknown unit in "${bound}"`);
  return Number(number.replaceAll(",", "")) * factor;
}

/** The value of `const NAME = …;`, or of a field of it for `NAME.field`; times in milliseconds. */
function valueIn(source: string, name: string): number {
  const [constant = "", field] = name.split(".");
  const declared =
    new RegExp(`^(?:export )?const ${constant}\\b[^=]*= ([^;]+);`, "m").exec(source)?.[1] ?? "";
  const text = field ? new RegExp(`\\b${field}: ([\\d_]+)`).exec(declared)?.[1] : declared;
  const known = text?.replaceAll(/\b[A-Z][A-Z_]+\b/g, (other) => String(valueIn(source, other))) ?? "";
  if (!/^[\d_.\s*]+$/.test(known)) throw new Error(`${name} is not a number: "${known}"`);
  const value = (known.replaceAll("_", "").match(/[\d.]+|\*\*?/g) ?? []).join(" ");
  const [, unit = ""] = /_(SECONDS|S|KB|MB)$/.exec(constant) ?? [];
  return evaluated(value) * (SUFFIXES[unit] ?? 1);
}

/** What a constant's name says about its unit. */
const SUFFIXES: Readonly<Record<string, number>> = { SECONDS: 1000, S: 1000, KB: 1024, MB: 1024 ** 2 };

/** Products and powers. */
function evaluated(expression: string): number {
  return expression
    .split(" * ")
    .map((factor) =>
      factor
        .split(" ** ")
        .map(Number)
        .reduceRight((power, base) => base ** power),
    )
    .reduce((product, factor) => product * factor);
}

describe("the bounds of the page are those of the code", () => {
  const ofConstants = ROWS.flatMap(({ what, bound, code }) =>
    code && !code.title ? [{ what, bound, code }] : [],
  );
  test.each(ofConstants.map((row) => [row.what, row.code.text, row] as const))(
    "%s: %s",
    (_what, name, row) => {
      expect(inUnits(row.bound)).toBe(valueIn(read(row.code.file), name));
    },
  );

  const ofOthers = ROWS.flatMap(({ what, bound, code }) => (code?.title ? [{ what, bound, code }] : []));
  test.each(ofOthers.map((row) => [row.what, row.code.text, row] as const))("%s: %s", (_what, _name, row) => {
    const { file, title } = row.code;
    expect(read(file)).toContain(title);
    expect(title.replaceAll("_", "").match(/\d+/g)).toContain(String(inUnits(row.bound)));
  });
});

test("every row has a test that exists", () => {
  const wrong = ROWS.filter((row) => !row.test?.title || !read(row.test.file).includes(row.test.title));
  expect(wrong.map(({ what, test: named }) => `${what}: ${named?.title}`)).toEqual([]);
});

/** Not bounds of what somebody else can make grow. */
const OTHERS = new Set([
  // The longest pause that setTimeout can make.
  "packages/local-host/src/clock.ts LONGEST_TIMEOUT_MS",
  // A part of the memory of one photo.
  "src/services/images/photo-memory.ts LINES_AT_ONCE",
  "src/services/images/photo-memory.ts BYTES_AT_ONCE",
  // Colours lines that are not shown otherwise.
  "packages/console/src/server/highlight.ts MAX_LINE",
  // Pages of one answer: the page asks for the next ones.
  "packages/console/src/server/replay-process.ts MAX_EPISODES",
  "packages/console/src/server/replay-process.ts MAX_REPLAYED_EVENTS",
  "packages/console/src/server/replay-shape.ts MAX_TEXT",
  // What one request to storage can return.
  "packages/local-host/src/app/host-settings.ts MAX_BATCH",
  // Of a process that is already ending.
  "packages/replay/src/cli/watchdog-worker.ts GRACE_MS",
  // Of a request that has been answered.
  "packages/local-host/src/http/streaming-trigger.ts DISCARD_LIMIT_MS",
]);
const BOUND =
  /^(?:export )?const ((?:MAX|MOST|LONGEST)(?:_\w+)?|(?:\w+_)?(?:AT_ONCE|IN_FLIGHT|RETRY|RETRIES|MEMORY_MB)|(?:\w+_)?(?:TIMEOUT|LIMIT|CACHE|GRACE)_M?S|UNTIL_\w+|\w+_PER_(?:PAGE|EXECUTION|GENERATION|STEP|SECOND))\b/gm;

test("no bound of the code is missing", () => {
  const sources = globSync(["src/**/*.ts", "packages/{local-host,console,replay}/src/**/*.ts"], {
    cwd: ROOT,
    exclude: (name) => name.includes("packages/console/src/page"),
  });
  const bounds = sources.flatMap((file) =>
    [...read(file).matchAll(BOUND)].map(([, name = ""]) => `${file.replaceAll("\\", "/")} ${name}`),
  );
  const named = new Set(ROWS.map(({ code }) => `${code?.file} ${code?.text.split(".")[0]}`));
  expect(bounds.length).toBeGreaterThan(50);
  expect(bounds.filter((bound) => !named.has(bound) && !OTHERS.has(bound))).toEqual([]);
});
