import { definePattern } from "../pattern.ts";
import { salesEntity } from "./sales.entity.ts";
import { createSalesEndpoints, type SalesEndpointServices } from "./sales.http.ts";
import { salesDescriptions } from "./sales.openapi.ts";

export const salesAggregator = definePattern<SalesEndpointServices>({
  name: "sales-aggregator",
  entities: [salesEntity],
  endpoints: createSalesEndpoints,
  descriptions: salesDescriptions,
});
