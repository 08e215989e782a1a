import { app } from "@azure/functions";
import * as df from "durable-functions";

const MINUTE_MS = 60_000;

/** Replaces a weather service: counts the requests for each place, whose weather becomes clear at a given request. */
const asked = new Map();
const CLEARS_UP_AT = { seattle: 5 };
const alerts = [];

df.app.activity("isClear", {
  handler: (place) => {
    const count = (asked.get(place) ?? 0) + 1;
    asked.set(place, count);
    return count >= (CLEARS_UP_AT[place] ?? Infinity);
  },
});

df.app.activity("sendAlert", {
  handler: (alert) => {
    alerts.push(alert);
  },
});

/** Monitor: polls every half hour until the sky is clear, for at most six hours. */
df.app.orchestration("watchWeather", function* (context) {
  const { place, phone } = context.df.getInput();
  const start = context.df.currentUtcDateTime.getTime();
  const deadline = start + 6 * 60 * MINUTE_MS;
  while (context.df.currentUtcDateTime.getTime() < deadline) {
    if (yield context.df.callActivity("isClear", place)) {
      yield context.df.callActivity("sendAlert", { place, phone });
      return { clearAfterMinutes: (context.df.currentUtcDateTime.getTime() - start) / MINUTE_MS };
    }
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 30 * MINUTE_MS));
  }
  return { clearAfterMinutes: null };
});

app.http("weatherLog", {
  route: "log",
  methods: ["GET"],
  handler: () => ({ jsonBody: { asked: Object.fromEntries(asked), alerts } }),
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
