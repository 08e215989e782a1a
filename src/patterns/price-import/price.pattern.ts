import type { Pattern } from "../pattern.ts";
import { individualLinesOrchestrator } from "./lines/individual-lines.orchestrator.ts";
import { createLineActivities } from "./lines/line.activities.ts";
import { priceLineOrchestrator } from "./lines/line.orchestrator.ts";
import { createPriceListEndpoints } from "./price-list/price-list.http.ts";
import { createImportActivities } from "./price.activities.ts";
import { priceImport } from "./price.contract.ts";
import { createImportEndpoints } from "./price.http.ts";
import { priceDescriptions } from "./price.openapi.ts";
import { priceImportOrchestrator } from "./price.orchestrator.ts";
import { nextImportInput } from "./price.restart.ts";

export const priceImportPattern: Pattern = {
  name: "price-import",
  orchestrations: {
    root: priceImport,
    orchestrators: [priceImportOrchestrator, individualLinesOrchestrator, priceLineOrchestrator],
    // The parent gets no events while a line has ten attempts with an hour between them.
    stuckAfter: { hours: 12 },
    restartInput: nextImportInput,
    removeFiles: ({ importFiles }, id) => importFiles.remove(id),
  },
  activities: (services) => [...createImportActivities(services), ...createLineActivities(services)],
  endpoints: (services) => [...createPriceListEndpoints(services), ...createImportEndpoints(services)],
  descriptions: priceDescriptions,
};
