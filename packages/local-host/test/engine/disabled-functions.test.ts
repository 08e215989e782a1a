import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const APP = `import * as df from "durable-functions";
df.app.activity("off", { handler: () => "ran" });
df.app.activity("on", { handler: () => "ran" });
df.app.orchestration("Off", function* () { return "ran"; });
df.app.entity("offEntity", (context) => context.df.return("ran"));
const caught = function* (task) {
  try { return yield task; } catch (error) { return error.message.split(" \\n")[0].split("\\n")[0]; }
};
df.app.orchestration("Calls", function* (context) {
  const activity = yield* caught(context.df.callActivity("OFF"));
  const child = yield* caught(context.df.callSubOrchestrator("Off", null, "child"));
  const entity = yield* caught(context.df.callEntity(new df.EntityId("offEntity", "k"), "get"));
  return { activity, child, entity };
});`;

const SETTINGS = {
  "AzureWebJobs.off.Disabled": "1",
  AzureWebJobs__Off__Disabled: "true",
  "AzureWebJobs.offEntity.Disabled": "True",
};

const missing = (what: string, kind: string, known: string) =>
  `The function '${what}' doesn't exist, is disabled, or is not ${kind} function. Additional info: The following are the ` +
  `known ${kind.replace(/^an /, "")} functions: ${known}.`;

const OFF = missing("Off", "an orchestrator", "'Calls', 'Off'");

async function disabledHost() {
  const local = JSON.stringify({ Values: SETTINGS });
  const { host } = await startedHost(appFolder({ "app.mjs": APP, "local.settings.json": local }));
  const api = `${host.url}/runtime/webhooks/durabletask`;
  const post = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${api}/${path}`, { method: "POST" });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return { host, post };
}

test("calls of disabled functions fail, and the caller gets the reason", async () => {
  const { host, post } = await disabledHost();
  expect((await post("orchestrators/Calls/i1")).status).toBe(202);
  const { output } = await host.engine.waitForCompletion("i1");
  expect(JSON.parse(output ?? "")).toEqual({
    activity: "Activity function 'OFF' failed: Activity function 'OFF' is disabled.",
    child: expect.stringContaining(OFF) as string,
    entity: expect.stringContaining(missing("offentity", "an entity", "'offEntity'")) as string,
  });
  expect(await host.hub.get("child")).toMatchObject({
    runtimeStatus: "Failed",
    output: `Orchestrator function 'Off' failed: ${OFF}`,
  });
});

test("a start of a disabled orchestrator is refused, and so is a restart", async () => {
  const { host, post } = await disabledHost();
  expect(await post("orchestrators/off")).toEqual({
    status: 400,
    body: { Message: OFF.replace("'Off' doesn't", "'off' doesn't") },
  });
  await host.hub.start({ name: "Off", instanceId: "i1", input: null });
  await host.engine.waitForCompletion("i1");
  expect(await post("instances/i1/restart")).toMatchObject({ status: 400, body: { Message: OFF } });
});
