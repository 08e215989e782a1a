import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const folder = appFolder({
  "app.mjs": `import { app } from "@azure/functions";
app.http("here", { methods: ["GET"], handler: () => ({ body: "here" }) });`,
});

test("an idle connection stays open as long as with the Functions host, so that callers use it again", async () => {
  const { host } = await startedHost(folder);
  const answer = await fetch(`${host.url}/api/here`);
  expect(answer.headers.get("keep-alive")).toBe("timeout=130");
});
