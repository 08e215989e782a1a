/** An app with one entity and orchestrations that use it. */
import { entity, orchestrator, registerFunctions } from "../../../src/durable/orchestration/functions.ts";
import { registerEndpoints } from "../../../src/http/endpoint.ts";
import { continuationToken, pageOrProblem, toContinuation } from "../../../src/http/continuation.ts";
import { readQuery } from "../../../src/http/read-request.ts";
import { z } from "zod";
import { counter, signalAndCall, signalBadKey } from "./contracts.ts";

registerFunctions({
  entities: [
    entity(counter, {
      initial: { value: 0 },
      operations: {
        add: ({ value }, { by }) => ({ value: value + by }),
        take({ value }, { by }) {
          if (by > value) throw new Error(`There are only ${value}`);
          return { state: { value: value - by }, result: { left: value - by } };
        },
        spoil(state) {
          Object.assign(state, { value: 1000 });
          throw new Error("Spoilt");
        },
      },
    }),
  ],
});

registerFunctions({
  orchestrators: [
    orchestrator(signalAndCall, function* (df, { key, take }) {
      df.signalEntity(counter, key, "add", { by: 2 });
      df.signalEntity(counter, key, "add", { by: 3 });
      try {
        const { left } = yield* df.callEntity(counter, key, "take", { by: take });
        return `${left} left`;
      } catch (error) {
        return error instanceof Error ? error.message : "no Error";
      }
    }),
    // eslint-disable-next-line require-yield -- it ends before it could wait for anything
    orchestrator(signalBadKey, function* (df, { key }) {
      df.signalEntity(counter, key, "add", { by: 1 });
      return "signaled";
    }),
  ],
});

const pageQuery = z.strictObject({ continuation: continuationToken });

registerEndpoints(
  { publicUrl: undefined },
  {
    name: "getCounter",
    method: "GET",
    route: "counters/{key}",
    handle: async (request, { orchestrations }) => ({
      jsonBody: { state: await orchestrations.readEntity(counter, request.params["key"] ?? "") },
    }),
  },
  {
    name: "getCounters",
    method: "GET",
    route: "counters",
    query: pageQuery,
    async handle(request, { taskHub }) {
      const { continuation } = readQuery(request, pageQuery);
      const page = await pageOrProblem(taskHub.entities(counter, { continuation, top: 2 }));
      return { jsonBody: { items: page.items, continuation: toContinuation(page.continuation) } };
    },
  },
);
