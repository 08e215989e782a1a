import type { NextInputs } from "./operations/going-on.ts";
import { nextOrderInput } from "./patterns/order-chaining/order.restart.ts";
import { nextImportInput } from "./patterns/price-import/price.restart.ts";
import { nextRefundInput } from "./patterns/refund-approval/refund.restart.ts";
import { nextWatchInput } from "./patterns/shipment-monitor/shipment.restart.ts";

/** How the instances of each pattern start again; albums and reports do with what they were started with. */
export const NEXT_INPUTS: NextInputs = {
  orderFulfilment: nextOrderInput,
  refundApproval: nextRefundInput,
  shipmentWatch: nextWatchInput,
  priceImport: nextImportInput,
};
