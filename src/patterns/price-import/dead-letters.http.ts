import type { Endpoint } from "../../http/endpoint.ts";
import { fileResponse } from "../../http/file-response.ts";
import { findStarted } from "../../http/start.ts";
import { Problem } from "../../http/problem.ts";
import type { ImportFiles } from "../../services/price-lists/import-files.ts";
import { priceImport } from "./price.contract.ts";

/** Fetch the lines of an import that failed, with their reasons: mend them, and bring them as a list of their own. */
export function createDeadLetterEndpoints({ importFiles }: { importFiles: ImportFiles }): Endpoint[] {
  return [
    {
      name: "getDeadLetters",
      method: "GET",
      route: "imports/{id}/dead-letters",
      isConditional: true,
      async handle(request, { orchestrations }) {
        const { instanceId, input } = await findStarted(request, orchestrations, priceImport);
        const file = await importFiles.findDeadLetters(instanceId);
        if (!file) throw new Problem("not-found", "The import has no dead letters, or not yet");
        return fileResponse(
          request,
          { ...file, saveAs: `${input.list}-dead-letters.csv` },
          "private, no-cache",
        );
      },
    },
  ];
}
