import { operationsDescriptions } from "../operations/operations.openapi.ts";
import { renditionDescriptions } from "../patterns/image-fan-out/renditions.openapi.ts";
import { orderDescriptions } from "../patterns/order-chaining/order.openapi.ts";
import { priceDescriptions } from "../patterns/price-import/price.openapi.ts";
import { refundDescriptions } from "../patterns/refund-approval/refund.openapi.ts";
import { reportDescriptions } from "../patterns/report-async-http/report.openapi.ts";
import { salesDescriptions } from "../patterns/sales-aggregator/sales.openapi.ts";
import { shipmentDescriptions } from "../patterns/shipment-monitor/shipment.openapi.ts";
import type { Descriptions } from "./description.ts";

/** Every endpoint of the app in words. */
export const DESCRIPTIONS: Descriptions = {
  ...orderDescriptions,
  ...renditionDescriptions,
  ...reportDescriptions,
  ...refundDescriptions,
  ...shipmentDescriptions,
  ...priceDescriptions,
  ...salesDescriptions,
  ...operationsDescriptions,
};
