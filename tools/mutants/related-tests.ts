import { globSync } from "node:fs";
import { basename } from "node:path";
import { ROOT } from "../run.ts";

/**
 * The tests that should notice a change: first the nearest ones and, if they notice nothing, those around. The first
 * matching entry counts; `$1` is the captured group.
 */
const RELATED: readonly (readonly [RegExp, near: readonly string[], around: readonly string[]])[] = [
  [/^src\/patterns\/([^/]+)\//, ["test/patterns/$1/"], ["test/openapi/answers", "test/operations/"]],
  [/^src\/storage\//, ["test/storage/"], ["test/services/", "test/http/start", "test/operations/rescue"]],
  [/^src\/services\/images\//, ["test/services/images/"], ["test/patterns/image-fan-out/"]],
  [/^src\/services\/albums\//, ["test/services/albums/", "fan-out/albums"], ["test/patterns/image-fan-out/"]],
  [/^src\/services\/reports\//, ["test/patterns/report-async-http/"], []],
  [
    /^src\/services\/price-lists\//,
    ["test/services/price-lists/", "price-import/price-list"],
    ["test/patterns/price-import/"],
  ],
  [
    /^src\/services\//,
    ["test/services/"],
    ["test/patterns/order-chaining/", "test/patterns/refund-approval/", "shipment.test", "price.test"],
  ],
  [
    /^src\/(durable)\//,
    ["test/$1/on-the-host", "test/$1/"],
    ["order.test", "refund.test", "shipment.test", "renditions.test", "test/operations/"],
  ],
  [/^src\/(signed-links)\//, ["test/$1/", "refund-approval/decision"], ["test/patterns/refund-approval/"]],
  [/^src\/(values)\.ts/, ["test/$1/", "test/services/money"], ["order.test", "refund.test"]],
  [/^src\/http\//, ["test/http/"], ["test/openapi/", "order.test", "albums.test", "report.test"]],
  [/^src\/(operations|queues)\//, ["test/$1/"], ["test/openapi/"]],
  [/^src\//, ["test/settings", "test/telemetry/"], ["order.test", "test/openapi/"]],
  [
    /^packages\/local-host\/src\/engine\//,
    ["packages/local-host/test/engine/orchestrations", "packages/local-host/test/engine/"],
    [
      "packages/local-host/test/management/",
      "packages/local-host/test/test-host",
      "packages/local-host/test/conformance",
    ],
  ],
  [/^packages\/local-host\/src\/(\w+)\//, ["packages/local-host/test/$1/"], ["packages/local-host/test/"]],
  [/^packages\/local-host\/src\//, ["packages/local-host/test/"], []],
];

const TESTS = globSync(["test/**/*.test.ts", "packages/*/test/**/*.test.ts"], { cwd: ROOT })
  .map((test) => test.replaceAll("\\", "/"))
  .toSorted();

/** A path from the root means that folder, not a folder with the same name in a package. */
const isMeant = (test: string, filter: string) =>
  filter.startsWith("test/") ? test.startsWith(filter) : test.includes(filter);

/** Tests that try every moment or very many cases. */
const isSlow = (test: string) => /crash|large|many|real-photos/.test(test);

/**
 * The test files for a source file, each once, in groups: the most similar one, other near ones, those around, slow
 * ones.
 */
export function relatedTests(file: string): string[][] {
  const entry = RELATED.find(([pattern]) => pattern.test(file));
  if (!entry) throw new Error(`No tests are known for ${file}`);
  const [pattern, near, around] = entry;
  const [, part = ""] = pattern.exec(file) ?? [];
  const of = (filters: readonly string[]) =>
    TESTS.filter((test) => filters.some((filter) => isMeant(test, filter.replace("$1", part))));
  const isNear = Map.groupBy(of(near), isSlow);
  const quick = isNear.get(false) ?? [];
  const alike = mostAlike(file, quick);
  const others = quick.filter((test) => test !== alike);
  const farther = of(around).filter((test) => !isSlow(test) && !quick.includes(test));
  return [alike ? [alike] : [], others, farther, isNear.get(true) ?? []].filter(({ length }) => length > 0);
}

/** The test file with the most similar name, which notices most mutants. */
function mostAlike(file: string, tests: readonly string[]): string | undefined {
  const words = new Set(wordsOf(file));
  const scores = tests.map((test) => {
    const shared = wordsOf(test).filter((word) => words.has(word)).length;
    return { test, score: shared === 0 ? 0 : 10 * shared - wordsOf(test).length };
  });
  return scores.filter(({ score }) => score > 0).toSorted((one, other) => other.score - one.score)[0]?.test;
}

/** The words of a file's name, in the singular: `order`, `request`. */
function wordsOf(file: string): string[] {
  const name = basename(file).replace(/(\.test)?\.ts$/, "");
  return name.split(/[-.]/).map((word) => word.replace(/ies$/, "y").replace(/s$/, ""));
}
