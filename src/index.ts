/** Composition root: chooses the services and registers every pattern. The only module that acts when loaded. */
import { app } from "@azure/functions";
import { codeVersion } from "./code-version.ts";
import { registerActivities } from "./durable/activity.ts";
import { registerEntities } from "./durable/entity.ts";
import { logPatternsBy } from "./durable/log.ts";
import { registerOrchestrators } from "./durable/orchestrator.ts";
import { type Endpoint, registerEndpoints } from "./http/endpoint.ts";
import { DESCRIPTIONS } from "./openapi/all-descriptions.ts";
import { createOpenApiEndpoints } from "./openapi/openapi.http.ts";
import { NEXT_INPUTS } from "./next-inputs.ts";
import { HealthCheck } from "./operations/health.ts";
import { createHealthEndpoints } from "./operations/health.http.ts";
import { createInstanceEndpoints } from "./operations/instances.http.ts";
import { leftoversOf } from "./operations/leftovers.ts";
import { patternOfInstance } from "./operations/patterns.ts";
import { registerPurge } from "./operations/purge.ts";
import { registerRescue } from "./operations/rescue.ts";
import { createOrderActivities } from "./patterns/order-chaining/order.activities.ts";
import { createOrderEndpoints } from "./patterns/order-chaining/order.http.ts";
import { orderOrchestrator } from "./patterns/order-chaining/order.orchestrator.ts";
import { createOrderQueue } from "./patterns/order-chaining/order.queue.ts";
import { createAlbumEndpoints } from "./patterns/image-fan-out/albums.http.ts";
import { createPhotoEndpoints } from "./patterns/image-fan-out/photos.http.ts";
import { createRenditionFileEndpoints } from "./patterns/image-fan-out/rendition-files.http.ts";
import { createRenditionLaneActivities } from "./patterns/image-fan-out/rendition-lane.activities.ts";
import { renditionLaneOrchestrator } from "./patterns/image-fan-out/rendition-lane.orchestrator.ts";
import { createRenditionActivities } from "./patterns/image-fan-out/renditions.activities.ts";
import { createRenditionEndpoints } from "./patterns/image-fan-out/renditions.http.ts";
import { renditionsOrchestrator } from "./patterns/image-fan-out/renditions.orchestrator.ts";
import { createDecisionEndpoints } from "./patterns/refund-approval/decision.http.ts";
import { createDeadLetterEndpoints } from "./patterns/price-import/dead-letters.http.ts";
import { createPriceLineActivities } from "./patterns/price-import/price-line.activities.ts";
import { priceLineOrchestrator } from "./patterns/price-import/price-line.orchestrator.ts";
import { createPriceListEndpoints } from "./patterns/price-import/price-list.http.ts";
import { priceSinglesOrchestrator } from "./patterns/price-import/price-singles.orchestrator.ts";
import { createImportActivities } from "./patterns/price-import/price.activities.ts";
import { createImportEndpoints } from "./patterns/price-import/price.http.ts";
import { priceImportOrchestrator } from "./patterns/price-import/price.orchestrator.ts";
import { createRefundActivities } from "./patterns/refund-approval/refund.activities.ts";
import { createRefundEndpoints } from "./patterns/refund-approval/refund.http.ts";
import { refundOrchestrator } from "./patterns/refund-approval/refund.orchestrator.ts";
import { createReportActivities } from "./patterns/report-async-http/report.activities.ts";
import { createReportFileEndpoints } from "./patterns/report-async-http/report-file.http.ts";
import { createReportEndpoints } from "./patterns/report-async-http/report.http.ts";
import { reportOrchestrator } from "./patterns/report-async-http/report.orchestrator.ts";
import { salesEntity } from "./patterns/sales-aggregator/sales.entity.ts";
import { createSalesEndpoints } from "./patterns/sales-aggregator/sales.http.ts";
import { createShipmentActivities } from "./patterns/shipment-monitor/shipment.activities.ts";
import { createShipmentEndpoints } from "./patterns/shipment-monitor/shipment.http.ts";
import { shipmentOrchestrator } from "./patterns/shipment-monitor/shipment.orchestrator.ts";
import { BlobAlbumStore } from "./services/albums/blob-album-store.ts";
import { BlobRenditionStore } from "./services/albums/blob-rendition-store.ts";
import { registerQueueConsumers } from "./queues/queue-consumer.ts";
import { TableClaims } from "./services/claims.ts";
import { decisionKey } from "./services/decision-key.ts";
import { DecisionTokens } from "./services/decision-tokens.ts";
import { SharpRenderer } from "./services/images/sharp-renderer.ts";
import { BlobReportStore } from "./services/reports/blob-report-store.ts";
import { TableRescues } from "./services/rescues.ts";
import { TablePoisonMessages } from "./services/poison-messages.ts";
import { BlobImportFiles } from "./services/price-lists/blob-import-files.ts";
import { BlobPriceListStore } from "./services/price-lists/blob-price-list-store.ts";
import { createSandbox } from "./services/sandbox/sandbox.ts";
import { Storage } from "./services/storage.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings();
if (settings.telemetry) {
  const { azureMonitor, startTelemetry } = await import("./telemetry.ts");
  startTelemetry(azureMonitor(settings.telemetry));
}
logPatternsBy((instanceId) => patternOfInstance(instanceId)?.name);
const storage = new Storage(settings.storage);
const claims = new TableClaims(storage);
const rescues = new TableRescues(storage);
const outside = createSandbox(storage);
const poison = new TablePoisonMessages(storage, outside.mail, settings.alerts.mailTo);
const photos = {
  albums: new BlobAlbumStore(storage),
  renditions: new BlobRenditionStore(storage),
  renderer: new SharpRenderer(settings.images),
};
const reports = new BlobReportStore(storage);
const tokens = new DecisionTokens(decisionKey(settings.refunds.decisionKey, storage));
const imports = {
  lists: new BlobPriceListStore(storage),
  files: new BlobImportFiles(storage),
  supplier: outside.supplier,
};

const api: Endpoint[] = [];

// Photos come as streams: without it each upload would be held in memory as a whole before a function sees it.
app.setup({ enableHttpStream: true });

// order-chaining
registerOrchestrators(orderOrchestrator);
registerActivities(...createOrderActivities(outside));
api.push(...createOrderEndpoints({ claims, catalog: outside.catalog }));
registerQueueConsumers({ storage: settings.storage, poison }, createOrderQueue({ claims }));

// image-fan-out
registerOrchestrators(renditionsOrchestrator, renditionLaneOrchestrator);
registerActivities(...createRenditionActivities(photos), ...createRenditionLaneActivities(photos));
api.push(
  ...createPhotoEndpoints(photos),
  ...createAlbumEndpoints({ ...photos, claims }),
  ...createRenditionEndpoints({ ...photos, claims }),
  ...createRenditionFileEndpoints(photos),
);

// report-async-http
registerOrchestrators(reportOrchestrator);
registerActivities(...createReportActivities({ ...outside, reports }));
api.push(...createReportEndpoints({ claims, reports }), ...createReportFileEndpoints({ reports }));

// refund-approval
registerOrchestrators(refundOrchestrator);
registerActivities(...createRefundActivities({ ...outside, tokens, limit: settings.refunds.limit }));
api.push(
  ...createRefundEndpoints({ ...outside, claims }, settings.refunds),
  ...createDecisionEndpoints({ ...outside, tokens }),
);

// shipment-monitor
registerOrchestrators(shipmentOrchestrator);
registerActivities(...createShipmentActivities(outside));
api.push(...createShipmentEndpoints({ ...outside, claims, rescues }));

// price-import
registerOrchestrators(priceImportOrchestrator, priceSinglesOrchestrator, priceLineOrchestrator);
registerActivities(...createImportActivities(imports), ...createPriceLineActivities(imports));
api.push(
  ...createPriceListEndpoints(imports),
  ...createImportEndpoints({ ...imports, claims }),
  ...createDeadLetterEndpoints(imports),
);

// sales-aggregator
registerEntities(salesEntity);
api.push(...createSalesEndpoints(outside));

// operations
const removeLeftovers = leftoversOf(
  { claims, rescues },
  {
    salesReport: (id) => reports.remove(id),
    priceImport: (id) => imports.files.remove(id),
  },
);
api.push(
  ...createInstanceEndpoints({ removeLeftovers, nextInputs: NEXT_INPUTS, rescues }),
  ...createHealthEndpoints(new HealthCheck(storage, rescues)),
);
registerPurge(settings.purge, removeLeftovers);
registerRescue(settings.rescueSchedule, {
  rescues,
  mail: outside.mail,
  mailTo: settings.alerts.mailTo,
  nextInputs: NEXT_INPUTS,
  version: codeVersion(),
});

registerEndpoints(settings, ...api, ...createOpenApiEndpoints(api, DESCRIPTIONS));
