import { setTimeout } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

vi.mock("node:timers/promises", { spy: true });

test("a host that stops waits five seconds for requests, and then closes their connections", async () => {
  const begun = Promise.withResolvers<undefined>();
  vi.stubGlobal("begun", begun.resolve);
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.http("endless", { handler: () => { begun(); return new Promise(() => undefined); } });`,
    }),
  );
  const request = fetch(`${host.url}/api/endless`).then(
    () => "answered",
    () => "closed",
  );
  await begun.promise;
  const sleep = vi.mocked(setTimeout).mockResolvedValue(undefined);
  await host.stop();
  expect(sleep).toHaveBeenCalledWith(5000, undefined, { ref: false });
  expect(await request).toBe("closed");
});
