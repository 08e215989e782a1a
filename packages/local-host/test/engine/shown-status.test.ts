import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

/** The status of an instance for clients, as in the real extension. */

const folder = appFolder({
  "app.mjs": `import * as df from "durable-functions";
df.app.orchestration("Generations", function* (context) {
  const { left, status } = context.df.getInput();
  if (status) context.df.setCustomStatus(status);
  if (left > 0) context.df.continueAsNew({ left: left - 1 });
});
df.app.orchestration("Waits", function* (context) { yield context.df.waitForExternalEvent("go"); return null; });
df.app.orchestration("Parent", function* (context) { yield context.df.callSubOrchestrator("Generations", { left: 0 }, "child"); });`,
});

async function shownBy() {
  const { host } = await startedHost(folder);
  const { hub, engine } = host;
  const start = (name: string, input: unknown) =>
    hub.start({ name, instanceId: "i1", input: JSON.stringify(input) });
  const status = async (id: string): Promise<unknown> => {
    await engine.waitForCompletion(id);
    return (await fetch(`${host.url}/runtime/webhooks/durabletask/instances/${id}`)).json();
  };
  return { hub, engine, start, status };
}

test.each([
  [0, "set"],
  [1, "set"],
  [2, null],
])(
  "a custom status stays visible for one generation that sets none, not for two: %d",
  async (left, customStatus) => {
    const { start, status } = await shownBy();
    await start("Generations", { left, status: "set" });
    expect(await status("i1")).toMatchObject({ runtimeStatus: "Completed", customStatus });
  },
);

test("after an end without an output, the reason of a suspension stays visible", async () => {
  const { hub, engine, start, status } = await shownBy();
  await start("Waits", null);
  await engine.idle();
  await hub.suspend("i1", "stock-taking");
  await engine.idle();
  await hub.resume("i1", "all counted");
  await engine.idle();
  await hub.raiseEvent("i1", "go", "1");
  expect(await status("i1")).toMatchObject({ runtimeStatus: "Completed", output: "all counted" });
});

test("a child names its parent, between its id and its status", async () => {
  const { start, status } = await shownBy();
  await start("Parent", null);
  expect(await status("i1")).not.toHaveProperty("parentInstanceId");
  const child = (await status("child")) as object;
  expect(child).toMatchObject({ parentInstanceId: "i1" });
  expect(Object.keys(child).slice(0, 4)).toEqual(["name", "instanceId", "parentInstanceId", "runtimeStatus"]);
});
