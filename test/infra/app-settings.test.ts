import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/settings.ts";
import { ROOT } from "../../tools/run.ts";
import { Scenario, SCENARIO_NAMES } from "./scenario.ts";

/**
 * Settings that Flex Consumption refuses, ignores or configures elsewhere, and settings that would override the
 * identity.
 */
const NEVER = new Set([
  "AzureWebJobsStorage",
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__managedIdentityResourceId",
  "AzureWebJobsDashboard",
  "APPINSIGHTS_INSTRUMENTATIONKEY",
  "ENABLE_ORYX_BUILD",
  "FUNCTIONS_EXTENSION_VERSION",
  "FUNCTIONS_MAX_HTTP_CONCURRENCY",
  "FUNCTIONS_WORKER_PROCESS_COUNT",
  "FUNCTIONS_WORKER_RUNTIME",
  "FUNCTIONS_WORKER_RUNTIME_VERSION",
  "NODE_ENV",
  "SCM_DO_BUILD_DURING_DEPLOYMENT",
  "TZ",
  "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
  "WEBSITE_CONTENTOVERVNET",
  "WEBSITE_CONTENTSHARE",
  "WEBSITE_DNS_SERVER",
  "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
  "WEBSITE_NODE_DEFAULT_VERSION",
  "WEBSITE_RUN_FROM_PACKAGE",
  "WEBSITE_TIME_ZONE",
  "WEBSITE_VNET_ROUTE_ALL",
]);

/** Replaces values that are only known on Azure. */
function resolved(settings: Readonly<Record<string, string>>): Record<string, string> {
  const value = (name: string, text: string) =>
    !text.startsWith("[")
      ? text
      : name.endsWith("ServiceUri")
        ? "https://account.example/"
        : "known-on-azure";
  return Object.fromEntries(Object.entries(settings).map(([name, text]) => [name, value(name, text)]));
}

describe.each(SCENARIO_NAMES)("%s", (name) => {
  const { appSettings } = new Scenario(name);

  test("the app starts with them, and reaches its own storage by its identity", () => {
    expect(readSettings(resolved(appSettings)).storage).toEqual({
      connectionName: "SHOP_STORAGE",
      connection: {
        kind: "managedIdentity",
        blobUri: "https://account.example/",
        queueUri: "https://account.example/",
        tableUri: "https://account.example/",
        clientId: "known-on-azure",
      },
      prefix: name === "watched" ? "prints" : "shop",
    });
    const account = (setting: string) => /format\('(\w+)-/.exec(appSettings[setting] ?? "")?.[1];
    expect(account("SHOP_STORAGE__tableServiceUri")).toBe("data");
    expect(account("AzureWebJobsStorage__tableServiceUri")).toBe("storage");
  });

  test("the app reads every SHOP_ setting", () => {
    const source = readFileSync(join(ROOT, "src", "settings.ts"), "utf8");
    const read = new Set(source.match(/SHOP_[A-Z0-9_]+/g));
    const own = Object.keys(appSettings).filter((key) => /^SHOP_(?!STORAGE__)/.test(key));
    expect(own.filter((key) => !read.has(key))).toEqual([]);
  });

  test("storage and telemetry are reached by the app's identity, which further settings cannot change", () => {
    expect(appSettings).toMatchObject({
      AzureWebJobsStorage__credential: "managedidentity",
      SHOP_STORAGE__credential: "managedidentity",
      SHOP_STORAGE__clientId: appSettings["AzureWebJobsStorage__clientId"],
      AzureWebJobsStorage__clientId: expect.stringContaining("clientId"),
      AZURE_CLIENT_ID: appSettings["AzureWebJobsStorage__clientId"],
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringContaining("connectionString"),
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: expect.stringMatching(/ClientId=.*;Authorization=AAD/),
    });
  });

  test("no setting is one that Flex Consumption refuses or that overrides the identity", () => {
    expect(Object.keys(appSettings).filter((key) => NEVER.has(key) || key.includes(":"))).toEqual([]);
  });
});

test("settings of the shop are passed on, except empty ones, and extra ones override those of telemetry", () => {
  const { appSettings } = new Scenario("watched");
  expect(appSettings).toMatchObject({
    SHOP_PUBLIC_URL: "https://prints.example.com",
    SHOP_KEEP_COMPLETED: "PT12H",
    OTEL_TRACES_SAMPLER: "microsoft.fixed_percentage",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
  });
  expect(appSettings).not.toHaveProperty("SHOP_ALERT_MAIL");
});

test("with the scheduler, the app's purge comes before that of the scheduler, by a week at least", () => {
  const days = (name: "scheduler" | "zones-scheduler") => {
    const { keep } = readSettings(resolved(new Scenario(name).appSettings)).purge;
    return Object.values(keep).map((milliseconds) => milliseconds / 86_400_000);
  };
  // Seven days were requested; the app's defaults are 90 and 30.
  expect(days("scheduler")).toEqual([7, 23, 23]);
  expect(days("zones-scheduler")).toEqual([30, 83, 30]);
});

test("the template's default retention is the same as the app's", () => {
  const main = readFileSync(join(ROOT, "infra", "main.bicep"), "utf8");
  const written = [...main.matchAll(/shopAppSettings\.\?SHOP_KEEP_\w+ \?\? 'P(\d+)D'/g)].map(([, days]) =>
    Number(days),
  );
  const { keep } = readSettings({ AzureWebJobsStorage: "UseDevelopmentStorage=true" }).purge;
  expect(written).toEqual(Object.values(keep).map((milliseconds) => milliseconds / 86_400_000));
});
