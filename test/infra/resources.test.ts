import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { Scenario, SCENARIO_NAMES, type ScenarioName } from "./scenario.ts";

/** Versions that are known to exist; a new one is looked up in the resource reference first. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  "Microsoft.Authorization/roleAssignments": "2022-04-01",
  "Microsoft.DurableTask/schedulers": "2026-02-01",
  "Microsoft.DurableTask/schedulers/retentionPolicies": "2026-02-01",
  "Microsoft.DurableTask/schedulers/taskHubs": "2026-02-01",
  "Microsoft.Insights/actionGroups": "2023-01-01",
  "Microsoft.Insights/components": "2020-02-02",
  "Microsoft.Insights/scheduledQueryRules": "2023-12-01",
  "Microsoft.Insights/webtests": "2022-06-15",
  "Microsoft.Insights/workbooks": "2023-06-01",
  "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
  "Microsoft.Network/privateDnsZones": "2024-06-01",
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "2024-06-01",
  "Microsoft.Network/privateEndpoints": "2024-07-01",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": "2024-07-01",
  "Microsoft.Network/virtualNetworks": "2024-07-01",
  "Microsoft.OperationalInsights/workspaces": "2025-02-01",
  "Microsoft.OperationalInsights/workspaces/tables": "2025-02-01",
  "Microsoft.Resources/resourceGroups": "2025-04-01",
  "Microsoft.Storage/storageAccounts": "2025-06-01",
  "Microsoft.Storage/storageAccounts/blobServices": "2025-06-01",
  "Microsoft.Storage/storageAccounts/blobServices/containers": "2025-06-01",
  "Microsoft.Storage/storageAccounts/managementPolicies": "2025-06-01",
  "Microsoft.Storage/storageAccounts/queueServices": "2025-06-01",
  "Microsoft.Storage/storageAccounts/queueServices/queues": "2025-06-01",
  "Microsoft.Web/serverfarms": "2024-11-01",
  "Microsoft.Web/sites": "2024-11-01",
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "2024-11-01",
  "Microsoft.Web/sites/config": "2024-11-01",
};

describe.each(SCENARIO_NAMES)("%s", (name) => {
  const scenario = new Scenario(name);

  test("uses existing API versions", () => {
    const used = Object.fromEntries(scenario.resources.map(({ type, apiVersion }) => [type, apiVersion]));
    expect(API_VERSIONS).toMatchObject(used);
  });

  test("has tags on all resources that support them, and the app's service tag of azure.yaml", () => {
    const untagged = scenario.resources
      .filter((resource) => resource.location !== undefined && resource.tags?.["azd-env-name"] !== name)
      .map(({ type }) => type);
    expect(untagged).toEqual([]);
    expect(scenario.one("Microsoft.Web/sites").tags?.["azd-service-name"]).toBe("api");
  });

  test("accepts no keys and has no public data", () => {
    const accounts = scenario.all("Microsoft.Storage/storageAccounts");
    expect(accounts).toHaveLength(2);
    for (const { properties } of accounts) {
      expect(properties).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        defaultToOAuthAuthentication: true,
        minimumTlsVersion: "TLS1_2",
        supportsHttpsTrafficOnly: true,
      });
    }
    const passwords = scenario.all("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
    expect(passwords.map(({ name: service, properties }) => [service.split("/")[1], properties])).toEqual([
      ["scm", { allow: false }],
      ["ftp", { allow: false }],
    ]);
    const containers = scenario.all("Microsoft.Storage/storageAccounts/blobServices/containers");
    const access = containers.map(({ properties }) => properties["publicAccess"]);
    expect(access, "the package, and the large messages of the task hub").toEqual(["None", "None"]);
    expect(scenario.one("Microsoft.Insights/components").properties["DisableLocalAuth"]).toBe(true);
    expect(scenario.one("Microsoft.OperationalInsights/workspaces").properties["features"]).toMatchObject({
      disableLocalAuth: true,
    });
    const app = scenario.one("Microsoft.Web/sites");
    expect(app.properties).toMatchObject({ httpsOnly: true, siteConfig: { minTlsVersion: "1.2" } });
    expect(app.identity?.type).toBe("UserAssigned");
    expect(JSON.stringify(scenario.resources)).not.toMatch(
      /listKeys|AccountKey|SharedAccessKey|listConnectionStrings/i,
    );
  });

  test("keeps deleted data and telemetry for the documented time", () => {
    const [host, data] = scenario.all("Microsoft.Storage/storageAccounts/blobServices");
    const kept = { enabled: true, days: 14 };
    expect(host?.properties).toEqual({ containerDeleteRetentionPolicy: { enabled: true, days: 7 } });
    expect(data?.properties).toEqual({
      isVersioningEnabled: true,
      deleteRetentionPolicy: kept,
      containerDeleteRetentionPolicy: kept,
    });
    const days = scenario.one("Microsoft.OperationalInsights/workspaces").properties["retentionInDays"];
    const tables = scenario.all("Microsoft.OperationalInsights/workspaces/tables");
    expect(tables.map((table) => table.name.split("/")[1])).toContain("AppTraces");
    for (const { properties } of tables) {
      expect(properties).toEqual({ plan: "Analytics", retentionInDays: days, totalRetentionInDays: days });
    }
  });

  test("sends every trace, and has the partners' queue", () => {
    expect(scenario.appSettings["OTEL_TRACES_SAMPLER"]).toBe("microsoft.fixed_percentage");
    const queue = scenario.one("Microsoft.Storage/storageAccounts/queueServices/queues");
    expect(queue.name.split("/")[2]).toBe(`${scenario.appSettings["SHOP_STORAGE_PREFIX"]}-orders`);
  });

  test("is valid for Flex Consumption", () => {
    expect(scenario.one("Microsoft.Web/serverfarms").sku?.name).toBe("FC1");
    expect(scenario.one("Microsoft.Web/sites").properties).toMatchObject({
      functionAppConfig: {
        deployment: { storage: { type: "blobContainer", authentication: { type: "UserAssignedIdentity" } } },
        runtime: { name: "node", version: name === "warm" ? "22" : "24" },
        scaleAndConcurrency: {
          instanceMemoryMB: name === "warm" ? 4096 : 2048,
          maximumInstanceCount: name === "warm" ? 40 : 100,
        },
        siteUpdateStrategy: { type: name === "warm" ? "RollingUpdate" : "Recreate" },
      },
    });
    // Properties that the plan refuses or ignores.
    expect(JSON.stringify(scenario.one("Microsoft.Web/sites"))).not.toMatch(
      /alwaysOn|ftpsState|linuxFxVersion|functionAppScaleLimit|preWarmedInstanceCount|use32Bit|vnetRouteAll/,
    );
  });
});

test("nothing has hourly costs unless it is requested", () => {
  const smallest = new Scenario("smallest");
  const { scaleAndConcurrency } = smallest.one("Microsoft.Web/sites").properties["functionAppConfig"];
  expect(scaleAndConcurrency.alwaysReady).toEqual([]);
  expect(smallest.resources.map(({ type }) => type).join()).not.toMatch(
    /Network|DurableTask|scheduledQueryRules|webtests/,
  );
  const accounts = smallest.all("Microsoft.Storage/storageAccounts");
  expect(accounts.map(({ sku }) => sku?.name)).toEqual(["Standard_LRS", "Standard_LRS"]);
});

const alwaysReady = (name: ScenarioName) =>
  new Scenario(name).one("Microsoft.Web/sites").properties["functionAppConfig"].scaleAndConcurrency
    .alwaysReady;

test("with zones, every group that Azure keeps warm is listed, with two instances or more", () => {
  expect(alwaysReady("warm")).toEqual([{ name: "durable", instanceCount: 1 }]);
  expect(alwaysReady("zones")).toEqual([
    { name: "http", instanceCount: 3 },
    { name: "durable", instanceCount: 2 },
  ]);
  const zones = new Scenario("zones-scheduler");
  expect(zones.one("Microsoft.Web/serverfarms").properties["zoneRedundant"]).toBe(true);
  const accounts = zones.all("Microsoft.Storage/storageAccounts");
  expect(accounts.map(({ sku }) => sku?.name)).toEqual(["Standard_ZRS", "Standard_ZRS"]);
  expect(zones.one("Microsoft.DurableTask/schedulers").properties["sku"]).toEqual({
    name: "Dedicated",
    capacity: 3,
  });
});

test("the scheduler can be in another region", () => {
  const scheduler = new Scenario("scheduler").one("Microsoft.DurableTask/schedulers");
  expect(scheduler.location).toBe("northeurope");
  expect(scheduler.properties).toMatchObject({
    publicNetworkAccess: "Enabled",
    ipAllowlist: ["203.0.113.0/24"],
  });
});

test.each(["private", "private-scheduler"] as const)("%s: all data is behind private endpoints", (name) => {
  const scenario = new Scenario(name);
  for (const { properties } of scenario.all("Microsoft.Storage/storageAccounts")) {
    expect(properties).toMatchObject({
      publicNetworkAccess: "Disabled",
      networkAcls: { defaultAction: "Deny", bypass: "None" },
    });
  }
  for (const { properties } of scenario.all("Microsoft.DurableTask/schedulers")) {
    expect(properties["publicNetworkAccess"]).toBe("Disabled");
  }
  const connections = scenario
    .all("Microsoft.Network/privateEndpoints")
    .map(({ properties }) => properties["privateLinkServiceConnections"][0].properties)
    .map(({ privateLinkServiceId, groupIds }) => [String(privateLinkServiceId).split("/").at(-1), groupIds]);
  const expected = ["st", "stshop"].flatMap((account) =>
    ["blob", "queue", "table"].map((service) => [
      expect.stringMatching(`^${account}[a-z0-9]{13}$`),
      [service],
    ]),
  );
  const scheduler = [expect.stringMatching("^dts-"), ["scheduler"]];
  expect(connections).toEqual(name === "private" ? expected : [...expected, scheduler]);
  const records = scenario.all("Microsoft.Network/privateEndpoints/privateDnsZoneGroups");
  const zoneOf = records.map(({ properties }) => properties["privateDnsZoneConfigs"][0]);
  expect(
    zoneOf.map((zone) => [
      zone.name,
      /privatelink\.(?:\{0\}\.\{1\}', ')?(\w+)/.exec(String(zone.properties.privateDnsZoneId))?.[1],
    ]),
  ).toEqual(connections.map(([, [service]]) => [service, service === "scheduler" ? "durabletask" : service]));
  expect(scenario.one("Microsoft.Web/sites").properties["virtualNetworkSubnetId"]).toContain("appSubnetId");
});

test("alerts use the saved queries with the chosen limit, and the health is checked", () => {
  const watched = new Scenario("watched");
  const rules = watched.all("Microsoft.Insights/scheduledQueryRules");
  const queries = rules.map(({ properties }) => String(properties["criteria"].allOf[0].query));
  expect(queries.filter((query) => query.includes("let limit = 30m;"))).toHaveLength(1);
  const scopes = Object.groupBy(
    rules,
    ({ properties }) => /component|workspace/.exec(String(properties["scopes"]))?.[0] ?? "",
  );
  expect(scopes["workspace"]?.map(({ name }) => name)).toEqual([expect.stringMatching(/daily-limit$/)]);
  expect(scopes["component"]).toHaveLength(6);
  for (const { name, properties } of rules) {
    const [, file = ""] = /^alert-[^-]+-(.+)$/.exec(name) ?? [];
    const { query } = properties["criteria"].allOf[0];
    expect(String(query).replace("let limit = 30m;", "let limit = 15m;"), name).toBe(queryOf(file));
  }
  expect(watched.one("Microsoft.Insights/webtests").properties["Request"].RequestUrl).toMatch(/api\/health/);
});

const queryOf = (name: string) => readFileSync(join(ROOT, "infra", "queries", `${name}.kql`), "utf8");

test("customers' photos are never deleted by age; files that the purge has missed and old versions are", () => {
  const { properties } = new Scenario("smallest").one("Microsoft.Storage/storageAccounts/managementPolicies");
  const rules = properties["policy"].rules as readonly LifecycleRule[];
  const shown = rules.map(({ name, definition: { filters, actions } }) => [
    name,
    filters.prefixMatch,
    actions,
  ]);
  expect(shown).toEqual([
    ["forget-versions", ["shop-"], { version: { delete: { daysAfterCreationGreaterThan: 14 } } }],
    [
      "cool-photos",
      ["shop-photos/", "shop-renditions/"],
      { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 90 } } },
    ],
    [
      "forget-files",
      ["shop-reports/", "shop-imports/", "shop-price-lists/"],
      { baseBlob: { delete: { daysAfterModificationGreaterThan: 400 } } },
    ],
  ]);
});

interface LifecycleRule {
  readonly name: string;
  readonly definition: {
    readonly filters: { readonly prefixMatch: readonly string[] };
    readonly actions: object;
  };
}
