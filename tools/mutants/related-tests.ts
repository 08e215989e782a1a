import { globSync } from "node:fs";
import { basename } from "node:path";
import { ROOT } from "../run.ts";

/**
 * Which tests should notice a change: first those nearest to it, and, if they notice nothing, those around. The first
 * entry that fits counts; `$1` is what the brackets hold.
 */
const RELATED: readonly (readonly [RegExp, near: readonly string[], around: readonly string[]])[] = [
  [/^src\/patterns\/([^/]+)\//, ["test/patterns/$1/"], ["test/openapi/answers", "test/operations/"]],
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
  [/^src\/(values)\//, ["test/$1/", "test/services/money"], ["order.test", "refund.test"]],
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

/** Tests that are run together. */
export interface Stage {
  /** Parts of the paths of their files. */
  readonly filters: readonly string[];
  /** Only those that try every moment, or very many things; otherwise only the others. */
  readonly slow: boolean;
}

export const isSlow = (testFile: string) => /crash|large|many|real-photos/.test(testFile);

/** The tests for a source file, in the order in which they are to be run. */
export function relatedTests(file: string): Stage[] {
  for (const [pattern, near, around] of RELATED) {
    const match = pattern.exec(file);
    if (!match) continue;
    const of = (filters: readonly string[]) => filters.map((filter) => filter.replace("$1", match[1] ?? ""));
    const stages = [
      { filters: alike(file, of(near)), slow: false },
      { filters: of(near), slow: false },
      { filters: of(around), slow: false },
      { filters: of(near), slow: true },
    ];
    return stages.filter(({ filters }) => filters.length > 0);
  }
  throw new Error(`No tests are known for ${file}`);
}

/**
 * Of the test files the one whose name is most like that of the source file, which notices most mutants; the first
 * filter where none is.
 */
function alike(file: string, filters: readonly string[]): string[] {
  const words = new Set(wordsOf(file));
  const scores = globSync("test/**/*.test.ts", { cwd: ROOT })
    .map((test) => test.replaceAll("\\", "/"))
    .filter((test) => !isSlow(test) && filters.some((filter) => test.includes(filter)))
    .map((test) => {
      const shared = wordsOf(test).filter((word) => words.has(word)).length;
      return { test, score: shared === 0 ? 0 : 10 * shared - wordsOf(test).length };
    });
  const { test, score } = scores.reduce((best, one) => (one.score > best.score ? one : best), {
    test: filters[0] ?? "",
    score: 0,
  });
  return score > 0 || filters.length > 1 ? [test] : [];
}

/** Those of a file's name, in the singular: `order`, `request`. */
function wordsOf(file: string): string[] {
  const name = basename(file).replace(/(\.test)?\.ts$/, "");
  return name.split(/[-.]/).map((word) => word.replace(/ies$/, "y").replace(/s$/, ""));
}
