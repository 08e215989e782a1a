import type { Pattern } from "../pattern.ts";
import { salesEntity } from "./sales.entity.ts";
import { createSalesEndpoints } from "./sales.http.ts";
import { salesDescriptions } from "./sales.openapi.ts";

export const salesAggregator: Pattern = {
  name: "sales-aggregator",
  entities: [salesEntity],
  endpoints: createSalesEndpoints,
  descriptions: salesDescriptions,
};
