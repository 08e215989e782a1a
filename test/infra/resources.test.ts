import { describe, expect, test } from "vitest";
import { Scenario, SCENARIO_NAMES } from "./scenario.ts";

/** Versions that are known to exist; a new one is looked up in the resource reference first. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  "Microsoft.Authorization/roleAssignments": "2022-04-01",
  "Microsoft.DurableTask/schedulers": "2026-02-01",
  "Microsoft.DurableTask/schedulers/retentionPolicies": "2026-02-01",
  "Microsoft.DurableTask/schedulers/taskHubs": "2026-02-01",
  "Microsoft.Insights/actionGroups": "2023-01-01",
  "Microsoft.Insights/components": "2020-02-02",
  "Microsoft.Insights/scheduledQueryRules": "2023-12-01",
  "Microsoft.Insights/workbooks": "2023-06-01",
  "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
  "Microsoft.Network/privateDnsZones": "2024-06-01",
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "2024-06-01",
  "Microsoft.Network/privateEndpoints": "2024-07-01",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": "2024-07-01",
  "Microsoft.Network/virtualNetworks": "2024-07-01",
  "Microsoft.OperationalInsights/workspaces": "2025-02-01",
  "Microsoft.Resources/resourceGroups": "2025-04-01",
  "Microsoft.Storage/storageAccounts": "2025-06-01",
  "Microsoft.Storage/storageAccounts/blobServices": "2025-06-01",
  "Microsoft.Storage/storageAccounts/blobServices/containers": "2025-06-01",
  "Microsoft.Web/serverfarms": "2024-11-01",
  "Microsoft.Web/sites": "2024-11-01",
  "Microsoft.Web/sites/config": "2024-11-01",
};

/** Built-in roles by their ids. */
const ROLES: Readonly<Record<string, string>> = {
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
};
const STORAGE_ROLES = [
  "Storage Blob Data Owner",
  "Storage Queue Data Contributor",
  "Storage Table Data Contributor",
];

function rolesOf(scenario: Scenario, principalType: string): Set<string> {
  const roles = scenario
    .all("Microsoft.Authorization/roleAssignments")
    .filter(({ properties }) => properties["principalType"] === principalType)
    .map(
      ({ properties }) => ROLES[String(properties["roleDefinitionId"]).split("/").at(-1) ?? ""] ?? "unknown",
    );
  return new Set(roles);
}

describe.each(SCENARIO_NAMES)("%s", (name) => {
  const scenario = new Scenario(name);

  test("uses API versions that are known to exist", () => {
    const used = Object.fromEntries(scenario.resources.map(({ type, apiVersion }) => [type, apiVersion]));
    expect(API_VERSIONS).toMatchObject(used);
  });

  test("tags what can be tagged, and the app with its service in azure.yaml", () => {
    const untagged = scenario.resources
      .filter((resource) => resource.location !== undefined && resource.tags?.["azd-env-name"] !== name)
      .map(({ type }) => type);
    expect(untagged).toEqual([]);
    expect(scenario.one("Microsoft.Web/sites").tags?.["azd-service-name"]).toBe("api");
  });

  test("takes no key and shows nothing to the public", () => {
    expect(scenario.one("Microsoft.Storage/storageAccounts").properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      defaultToOAuthAuthentication: true,
      minimumTlsVersion: "TLS1_2",
      supportsHttpsTrafficOnly: true,
    });
    const containers = scenario.all("Microsoft.Storage/storageAccounts/blobServices/containers");
    expect(containers.map(({ properties }) => properties["publicAccess"])).toEqual(["None"]);
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

  test("gives the app the roles that it needs, each on one resource", () => {
    const scheduler = name === "scheduler" ? ["Durable Task Data Contributor"] : [];
    const expected = [...STORAGE_ROLES, "Monitoring Metrics Publisher", ...scheduler];
    expect(rolesOf(scenario, "ServicePrincipal")).toEqual(new Set(expected));
    for (const { id } of scenario.all("Microsoft.Authorization/roleAssignments")) {
      expect(id).toMatch(/(storageAccounts|components|schedulers)\/[a-z0-9-]+(\/|')/);
    }
  });

  test("fits Flex Consumption", () => {
    expect(scenario.one("Microsoft.Web/serverfarms").sku?.name).toBe("FC1");
    expect(scenario.one("Microsoft.Web/sites").properties).toMatchObject({
      functionAppConfig: {
        deployment: { storage: { type: "blobContainer", authentication: { type: "UserAssignedIdentity" } } },
        runtime: { name: "node", version: "24" },
        scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 100 },
      },
    });
    // Properties that the plan refuses or ignores.
    expect(JSON.stringify(scenario.one("Microsoft.Web/sites"))).not.toMatch(
      /alwaysOn|ftpsState|linuxFxVersion|functionAppScaleLimit|preWarmedInstanceCount|use32Bit|vnetRouteAll/,
    );
  });
});

test("nothing costs by the hour unless it is asked for", () => {
  const smallest = new Scenario("smallest");
  const { scaleAndConcurrency } = smallest.one("Microsoft.Web/sites").properties["functionAppConfig"];
  expect(scaleAndConcurrency.alwaysReady).toEqual([]);
  expect(smallest.resources.map(({ type }) => type).join()).not.toMatch(
    /Network|DurableTask|scheduledQueryRules/,
  );
  expect(smallest.one("Microsoft.Storage/storageAccounts").sku?.name).toBe("Standard_LRS");
});

test("spread over zones, a group that is kept warm has two instances or more", () => {
  const scheduler = new Scenario("scheduler");
  const { scaleAndConcurrency } = scheduler.one("Microsoft.Web/sites").properties["functionAppConfig"];
  expect(scaleAndConcurrency.alwaysReady).toEqual([
    { name: "http", instanceCount: 3 },
    { name: "durable", instanceCount: 2 },
  ]);
  expect(scheduler.one("Microsoft.Web/serverfarms").properties["zoneRedundant"]).toBe(true);
  expect(scheduler.one("Microsoft.Storage/storageAccounts").sku?.name).toBe("Standard_ZRS");
  expect(scheduler.one("Microsoft.DurableTask/schedulers").location).toBe("northeurope");
});

test("in a virtual network, all three services of storage are private", () => {
  const scenario = new Scenario("private");
  expect(scenario.one("Microsoft.Storage/storageAccounts").properties).toMatchObject({
    publicNetworkAccess: "Disabled",
    networkAcls: { defaultAction: "Deny", bypass: "None" },
  });
  const endpoints = scenario.all("Microsoft.Network/privateEndpoints");
  const groups = endpoints.flatMap(
    ({ properties }) => properties["privateLinkServiceConnections"][0].properties.groupIds,
  );
  expect(groups).toEqual(["blob", "queue", "table"]);
  expect(scenario.all("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")).toHaveLength(3);
  expect(scenario.one("Microsoft.Web/sites").properties["virtualNetworkSubnetId"]).toContain("appSubnetId");
});

test("the operator gets roles only when asked, and none to send telemetry", () => {
  expect(rolesOf(new Scenario("smallest"), "User")).toEqual(new Set());
  expect(rolesOf(new Scenario("private"), "Group")).toEqual(new Set(STORAGE_ROLES));
});

test("alerts ask what the saved queries ask, with the limit that was chosen", () => {
  const rules = new Scenario("private").all("Microsoft.Insights/scheduledQueryRules");
  const queries = rules.map(({ properties }) => String(properties["criteria"].allOf[0].query));
  expect(queries).toHaveLength(3);
  expect(queries.filter((query) => query.includes("let limit = 30m;"))).toHaveLength(1);
});
