import type { Pattern } from "../pattern.ts";
import { createShipmentActivities } from "./shipment.activities.ts";
import { shipmentWatch } from "./shipment.contract.ts";
import { createShipmentEndpoints } from "./shipment.http.ts";
import { shipmentDescriptions } from "./shipment.openapi.ts";
import { shipmentOrchestrator } from "./shipment.orchestrator.ts";
import { nextWatchInput } from "./shipment.restart.ts";

export const shipmentMonitor: Pattern = {
  name: "shipment-monitor",
  orchestrations: {
    root: shipmentWatch,
    orchestrators: [shipmentOrchestrator],
    // The longest pause between two checks, plus a day.
    stuckAfter: { days: 6 },
    restartInput: nextWatchInput,
  },
  activities: createShipmentActivities,
  endpoints: createShipmentEndpoints,
  descriptions: shipmentDescriptions,
};
