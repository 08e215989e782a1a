import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import { csvLine } from "../../services/csv.ts";
import type { ImportFiles } from "../../services/price-lists/import-files.ts";
import { readPriceList } from "../../services/price-lists/price-list-reader.ts";
import type { Services } from "../../services/services.ts";
import * as contract from "./price.contract.ts";
import { pagesOf } from "./price-list/price-list-pages.ts";

/** The steps of an import. Each handles at most one page, so the memory does not grow with the list. */
export function createImportActivities({ priceLists, importFiles, supplier }: Services): Activity[] {
  return [
    activity(contract.splitPriceList, async ({ importId, list, etag }) => {
      const bytes = await priceLists.read(list, etag);
      if (!bytes) return { kind: "replaced" };
      let [pages, total, invalid, repeated] = [0, 0, 0, 0];
      for await (const page of pagesOf(readPriceList(bytes))) {
        await importFiles.writePage(importId, pages, page);
        pages += 1;
        total += page.valid.length + page.invalid.length;
        invalid += page.invalid.length;
        repeated += page.repeated;
      }
      return { kind: "split", pages, total, invalid, repeated };
    }),

    activity(contract.applyPage, async ({ importId, begunAt, page }) => {
      const { valid } = await importFiles.readPage(importId, page);
      const individual = await supplier.setPrices({ importId, begunAt }, valid);
      if (individual.length > 0) await importFiles.writeIndividualLines(importId, page, individual);
      return { applied: valid.length - individual.length, singles: individual.length };
    }),

    activity(contract.withdrawPage, async ({ importId, begunAt, page }) => {
      const { valid } = await importFiles.readPage(importId, page);
      const skus = valid.map(({ sku }) => sku);
      await supplier.withdraw({ importId, begunAt }, skus);
    }),

    activity(contract.writeDeadLetters, ({ importId, pages }) =>
      importFiles.writeDeadLetters(importId, deadLetters(importFiles, importId, pages)),
    ),
    activity(contract.discardPages, ({ importId }) => importFiles.discardPages(importId)),
  ];
}

async function* deadLetters(
  importFiles: ImportFiles,
  importId: string,
  pages: number,
): AsyncGenerator<string> {
  yield csvLine(["line", "sku", "price", "currency", "reason"]);
  for (let page = 0; page < pages; page++) {
    for (const { line, sku, price, currency, reason } of await importFiles.readFailures(importId, page)) {
      yield csvLine([line, sku, price, currency, reason]);
    }
  }
}
