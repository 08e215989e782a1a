import * as df from "durable-functions";

const HOUR_MS = 3_600_000;

/** Counts the attempts per device; a device works only at the third attempt. */
const tries = new Map();

df.app.activity("installFirmware", {
  handler: (device) => {
    const count = (tries.get(device) ?? 0) + 1;
    tries.set(device, count);
    const fails = device === "broken" || (device === "moody" && count < 3);
    if (fails) throw new Error(`${device} does not answer`);
    return count;
  },
});

df.app.orchestration("provisionDevice", function* (context) {
  const device = context.df.getInput();
  const count = yield context.df.callActivity("installFirmware", device);
  return `${device}: ${count}`;
});

/** Provisions every device in its own sub-orchestration, which is retried if it fails. */
df.app.orchestration("provisionDevices", function* (context) {
  const retry = new df.RetryOptions(HOUR_MS, 4);
  retry.backoffCoefficient = 2;
  const children = context.df
    .getInput()
    .map((device) => context.df.callSubOrchestratorWithRetry("provisionDevice", retry, device));
  return yield context.df.Task.all(children);
});

df.app.client.http("start", {
  route: "orchestrators/{name}",
  methods: ["POST"],
  handler: async (request, client) => {
    const text = await request.text();
    const input = text === "" ? undefined : JSON.parse(text);
    const instanceId = await client.startNew(request.params.name, { input });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
