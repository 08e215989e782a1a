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
    ["test/$1/"],
    ["order.test", "refund.test", "shipment.test", "renditions.test", "test/operations/"],
  ],
  [/^src\/(values)\//, ["test/$1/", "test/services/money"], ["order.test", "refund.test"]],
  [/^src\/http\//, ["test/http/"], ["test/openapi/", "order.test", "albums.test", "report.test"]],
  [/^src\/(operations|queues)\//, ["test/$1/"], ["test/openapi/"]],
  [/^src\//, ["test/settings", "test/telemetry/"], ["order.test", "test/openapi/"]],
  [/^local-host\/engine\//, ["test/local-host/engine/"], ["test/local-host/", "test/durable/"]],
  [/^local-host\/(\w+)\//, ["test/local-host/$1/"], ["test/local-host/"]],
  [/^local-host\//, ["test/local-host/"], []],
];

/** Filters of test files for a source file, in the order in which they are to be run. */
export function relatedTests(file: string): string[][] {
  for (const [pattern, near, around] of RELATED) {
    const match = pattern.exec(file);
    if (!match) continue;
    return [near, around]
      .filter((filters) => filters.length > 0)
      .map((filters) => filters.map((filter) => filter.replace("$1", match[1] ?? "")));
  }
  throw new Error(`No tests are known for ${file}`);
}
