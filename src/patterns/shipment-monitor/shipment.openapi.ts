import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, resource, resourceOf } from "../../openapi/schemas.ts";
import { trackingNumber, watchProgress, watchRequest, watchResult } from "./shipment.contract.ts";

const shipment = resourceOf("Shipment", {
  kind: "shipment",
  progress: watchProgress,
  result: watchResult,
});

const tag = "Shipments";
const path = { trackingNumber };

export const shipmentDescriptions: Descriptions = {
  watchShipment: {
    tag,
    summary: "Watch a parcel (monitor)",
    path,
    headers: idempotencyKey,
    body: watchRequest,
    sample: { notify: "customer@example.com", minInterval: "PT1S", maxInterval: "PT2S" },
    answers: {
      200: resource("The parcel is already watched", shipment),
      202: accepted("The watch starts, after the last one if that is being stopped"),
    },
    problems: [409],
  },
  getShipment: {
    tag,
    summary: "Get the watch of a parcel",
    path,
    answers: { 200: resource("The watch", shipment) },
  },
  stopShipmentWatch: {
    tag,
    summary: "Stop watching a parcel",
    path,
    answers: {
      202: accepted("The watch will stop soon"),
      204: { description: "The watch had already ended" },
    },
  },
};
