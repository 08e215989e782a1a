/** Aggregator: an entity for each product keeps running totals. Its operations run one at a time. */
import * as df from "durable-functions";
import type { Totals } from "../shop.ts";

df.app.entity<Totals>("productSales", (context) => {
  const totals = context.df.getState() ?? { quantity: 0, cents: 0 };
  const { quantity, cents } = context.df.getInput() as Totals;
  switch (context.df.operationName) {
    case "sold":
      context.df.setState({ quantity: totals.quantity + quantity, cents: totals.cents + cents });
      break;
    case "refunded":
      context.df.setState({ ...totals, cents: totals.cents - cents });
      break;
    default:
      throw new Error(`There is no operation ${context.df.operationName}`);
  }
});

df.app.client.http("signalSales", {
  route: "sales/{sku}/{operation}",
  methods: ["POST"],
  handler: async (request, client) => {
    const { sku = "", operation } = request.params;
    await client.signalEntity(new df.EntityId("productSales", sku), operation, await request.json());
    return { status: 202 };
  },
});

df.app.client.http("getSales", {
  route: "sales/{sku}",
  methods: ["GET"],
  handler: async (request, client) => {
    const entity = new df.EntityId("productSales", request.params["sku"] ?? "");
    const { entityExists, entityState } = await client.readEntityState<Totals>(entity);
    return entityExists ? { jsonBody: entityState } : { status: 404 };
  },
});
