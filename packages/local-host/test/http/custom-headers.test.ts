import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

test("customHeaders of host.json are in every response that does not set them itself", async () => {
  const { host } = await startedHost(
    appFolder({
      "host.json": JSON.stringify({
        extensions: { http: { customHeaders: { "X-Content-Type-Options": "nosniff", "X-Shop": "north" } } },
      }),
      "app.mjs": `import { app } from "@azure/functions";
app.http("plain", { handler: () => ({ body: "hi" }) });
app.http("own", { handler: () => ({ headers: { "x-shop": "south" } }) });`,
    }),
  );
  const shop = async (path: string): Promise<unknown> => {
    const { status, headers } = await fetch(`${host.url}${path}`);
    return [status, headers.get("x-content-type-options"), headers.get("x-shop")];
  };
  expect(await shop("/api/plain")).toEqual([200, "nosniff", "north"]);
  expect(await shop("/api/own")).toEqual([200, "nosniff", "south"]);
  expect(await shop("/api/nowhere")).toEqual([404, "nosniff", "north"]);
  expect(await shop("/runtime/webhooks/durabletask/instances/none")).toEqual([404, "nosniff", "north"]);
});
