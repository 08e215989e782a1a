import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

test("streamed responses also have the header fields of an allowed origin", async () => {
  const { host } = await startedHost(
    appFolder({
      "local.settings.json": JSON.stringify({ Host: { CORS: "https://shop.example" } }),
      "app.mjs": `import { app } from "@azure/functions"; app.setup({ enableHttpStream: true });
app.http("hello", { handler: () => ({ body: "hi", headers: { "x-own": "1" } }) });`,
    }),
  );
  const answer = await fetch(`${host.url}/api/hello`, { headers: { origin: "https://shop.example" } });
  expect(await answer.text()).toBe("hi");
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  expect(answer.headers.get("x-own")).toBe("1");
});
