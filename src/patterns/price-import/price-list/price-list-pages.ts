import type { Page } from "../../../services/price-lists/import-files.ts";
import {
  failedLine,
  type FailedLine,
  type ListLine,
} from "../../../services/price-lists/price-list-reader.ts";
import type { PriceLine } from "../../../services/supplier.ts";

/** A step applies one page: small enough to repeat after a crash, large enough for few steps. */
const LINES_PER_PAGE = 1000;

/**
 * Divides a list into pages. If several lines have the same sku, the first one counts. A repetition with the same price
 * is omitted; a line with another price is invalid, because it is not clear which price is correct.
 */
export async function* pagesOf(
  lines: AsyncIterable<ListLine>,
): AsyncGenerator<Page & { readonly repeated: number }> {
  const seen = new Map<string, PriceLine>();
  let [valid, invalid, repeated]: [PriceLine[], FailedLine[], number] = [[], [], 0];
  for await (const item of lines) {
    if (item.kind === "invalid") {
      invalid.push(item.line);
    } else {
      const { line } = item;
      const first = seen.get(line.sku);
      if (!first) {
        seen.set(line.sku, line);
        valid.push(line);
      } else if (isSamePrice(first, line)) {
        repeated += 1;
      } else {
        invalid.push(failedLine(line, `line ${first.line} has another price for this sku`));
      }
    }
    if (valid.length + invalid.length === LINES_PER_PAGE) {
      yield { valid, invalid, repeated };
      [valid, invalid, repeated] = [[], [], 0];
    }
  }
  if (valid.length + invalid.length + repeated > 0) yield { valid, invalid, repeated };
}

const isSamePrice = (one: PriceLine, other: PriceLine) =>
  one.price.value === other.price.value && one.price.currency === other.price.currency;
