"use strict";
const { randomInt } = require("node:crypto");
const { app } = require("@azure/functions");
const df = require("durable-functions");

/** Replaces a text message service: the last message of each phone. */
const phones = new Map();

df.app.activity("sendChallenge", {
  handler: (phone) => {
    const code = String(randomInt(10_000)).padStart(4, "0");
    phones.set(phone, `Your verification code is ${code}`);
    return code;
  },
});

/** Human interaction: the owner of the phone has 90 seconds and three tries to send the code back. */
df.app.orchestration("verifyPhone", function* (context) {
  const code = yield context.df.callActivity("sendChallenge", context.df.getInput());
  const timeout = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 90_000));
  for (let attempt = 1; attempt <= 3; attempt++) {
    const response = context.df.waitForExternalEvent("response");
    const winner = yield context.df.Task.any([response, timeout]);
    if (winner === timeout) return false;
    if (response.result === code) {
      timeout.cancel();
      return true;
    }
  }
  timeout.cancel();
  return false;
});

app.http("phone", {
  route: "phones/{number}",
  methods: ["GET"],
  handler: (request) => {
    const message = phones.get(request.params.number);
    return message === undefined ? { status: 404 } : { jsonBody: { message } };
  },
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
