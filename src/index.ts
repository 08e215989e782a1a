/** Composition root: chooses the services and registers every pattern. The only module that acts when loaded. */
import { app } from "@azure/functions";
import { registerActivities } from "./durable/activity.ts";
import { registerEntities } from "./durable/entity.ts";
import { registerOrchestrators } from "./durable/orchestrator.ts";
import { registerEndpoints } from "./http/endpoint.ts";
import { createOrderActivities } from "./patterns/order-chaining/order.activities.ts";
import { createOrderEndpoints } from "./patterns/order-chaining/order.http.ts";
import { orderOrchestrator } from "./patterns/order-chaining/order.orchestrator.ts";
import { createAlbumEndpoints } from "./patterns/image-fan-out/albums.http.ts";
import { createRenditionFileEndpoints } from "./patterns/image-fan-out/rendition-files.http.ts";
import { createRenditionLaneActivities } from "./patterns/image-fan-out/rendition-lane.activities.ts";
import { renditionLaneOrchestrator } from "./patterns/image-fan-out/rendition-lane.orchestrator.ts";
import { createRenditionActivities } from "./patterns/image-fan-out/renditions.activities.ts";
import { createRenditionEndpoints } from "./patterns/image-fan-out/renditions.http.ts";
import { renditionsOrchestrator } from "./patterns/image-fan-out/renditions.orchestrator.ts";
import { salesEntity } from "./patterns/sales-aggregator/sales.entity.ts";
import { createSalesEndpoints } from "./patterns/sales-aggregator/sales.http.ts";
import { createShipmentActivities } from "./patterns/shipment-monitor/shipment.activities.ts";
import { createShipmentEndpoints } from "./patterns/shipment-monitor/shipment.http.ts";
import { shipmentOrchestrator } from "./patterns/shipment-monitor/shipment.orchestrator.ts";
import { BlobAlbumStore } from "./services/albums/blob-album-store.ts";
import { BlobRenditionStore } from "./services/albums/blob-rendition-store.ts";
import { TableClaims } from "./services/claims.ts";
import { SharpRenderer } from "./services/images/sharp-renderer.ts";
import { createSandbox } from "./services/sandbox/sandbox.ts";
import { Storage } from "./services/storage.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings();
const storage = new Storage(settings.storage);
const claims = new TableClaims(storage);
const outside = createSandbox(storage);
const photos = {
  albums: new BlobAlbumStore(storage),
  renditions: new BlobRenditionStore(storage),
  renderer: new SharpRenderer(settings.images),
};

// Photos come as streams: without it each upload would be held in memory as a whole before a function sees it.
app.setup({ enableHttpStream: true });

// order-chaining
registerOrchestrators(orderOrchestrator);
registerActivities(...createOrderActivities(outside));
registerEndpoints(...createOrderEndpoints({ claims, catalog: outside.catalog }));

// image-fan-out
registerOrchestrators(renditionsOrchestrator, renditionLaneOrchestrator);
registerActivities(...createRenditionActivities(photos), ...createRenditionLaneActivities(photos));
registerEndpoints(
  ...createAlbumEndpoints(photos),
  ...createRenditionEndpoints({ ...photos, claims }),
  ...createRenditionFileEndpoints(photos),
);

// shipment-monitor
registerOrchestrators(shipmentOrchestrator);
registerActivities(...createShipmentActivities(outside));
registerEndpoints(...createShipmentEndpoints({ ...outside, claims }));

// sales-aggregator
registerEntities(salesEntity);
registerEndpoints(...createSalesEndpoints(outside));
