import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { TRACKING_NUMBER, watchRequest } from "./shipment.request.ts";

const last = z
  .object({
    state: z.enum(["announced", "inTransit", "outForDelivery", "delivered", "lost", "returned"]),
    place: z.string(),
    at: instant,
  })
  .nullable();
const checks = z.int().describe("Looks at the parcel so far");

const shipment = resourceOf("Shipment", {
  kind: "shipment",
  progress: z.object({
    last,
    checks,
    nextCheckAt: instant.nullable(),
    generation: z.int().describe("Executions so far: each starts with an empty history"),
  }),
  result: z.object({
    kind: z.enum(["delivered", "lost", "returned", "overdue", "stopped"]),
    checks,
    last,
  }),
});

const tag = "Shipments";
const path = { trackingNumber: z.string().regex(TRACKING_NUMBER) };

export const shipmentDescriptions: Descriptions = {
  watchShipment: {
    tag,
    summary: "Have a parcel watched (monitor)",
    path,
    headers: idempotencyKey,
    body: watchRequest,
    answers: {
      200: resource("It is watched already", shipment),
      202: accepted("The watch begins, after the last one if that is being stopped"),
    },
    problems: [409],
  },
  getShipment: {
    tag,
    summary: "See where a parcel is",
    path,
    answers: { 200: resource("The watch", shipment) },
  },
  stopShipmentWatch: {
    tag,
    summary: "Stop watching a parcel",
    path,
    answers: {
      202: accepted("The watch is about to stop"),
      204: { description: "It had ended before" },
    },
  },
};
