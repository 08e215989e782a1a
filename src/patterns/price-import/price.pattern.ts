import { definePattern } from "../pattern.ts";
import { createDeadLetterEndpoints } from "./dead-letters.http.ts";
import { createPriceLineActivities } from "./price-line.activities.ts";
import { priceLineOrchestrator } from "./price-line.orchestrator.ts";
import { createPriceListEndpoints } from "./price-list.http.ts";
import { priceSinglesOrchestrator } from "./price-singles.orchestrator.ts";
import { createImportActivities, type ImportServices } from "./price.activities.ts";
import { priceImport } from "./price.contract.ts";
import { createImportEndpoints, type ImportEndpointServices } from "./price.http.ts";
import { priceDescriptions } from "./price.openapi.ts";
import { priceImportOrchestrator } from "./price.orchestrator.ts";
import { nextImportInput } from "./price.restart.ts";

export const priceImportPattern = definePattern<ImportServices & ImportEndpointServices>({
  name: "price-import",
  orchestrations: {
    root: priceImport,
    orchestrators: [priceImportOrchestrator, priceSinglesOrchestrator, priceLineOrchestrator],
    // The parent hears nothing while a line is tried ten times, an hour between two.
    stuckAfter: { hours: 12 },
    restartInput: nextImportInput,
    removeFiles: ({ importFiles }, id) => importFiles.remove(id),
  },
  activities: (services) => [...createImportActivities(services), ...createPriceLineActivities(services)],
  endpoints: (services) => [
    ...createPriceListEndpoints(services),
    ...createImportEndpoints(services),
    ...createDeadLetterEndpoints(services),
  ],
  descriptions: priceDescriptions,
});
