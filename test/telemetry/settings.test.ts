import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/settings.ts";

const STORAGE = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };
const CONNECTION = "InstrumentationKey=00000000-0000-0000-0000-000000000000";

function telemetry(authentication?: string) {
  return readSettings({
    ...STORAGE,
    APPLICATIONINSIGHTS_CONNECTION_STRING: CONNECTION,
    ...(authentication !== undefined && { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication }),
  }).telemetry;
}

describe("telemetry", () => {
  test("is off without a connection string", () => {
    expect(readSettings(STORAGE).telemetry).toBeUndefined();
    expect(readSettings({ ...STORAGE, APPLICATIONINSIGHTS_CONNECTION_STRING: "" }).telemetry).toBeUndefined();
  });

  test.each([
    ["the app's own identity", "ClientId=abc;Authorization=AAD", { clientId: "abc" }],
    ["the same in another order", "Authorization=AAD;ClientId=abc", { clientId: "abc" }],
    ["the system's identity", "Authorization=AAD", { clientId: undefined }],
    ["the connection string's key", undefined, undefined],
    ["the connection string's key, with an empty setting", "", undefined],
  ])("signs in by %s", (_who, authentication, identity) => {
    expect(telemetry(authentication)).toEqual({ connectionString: CONNECTION, identity });
  });
});
