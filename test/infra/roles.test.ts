import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { Scenario, SCENARIO_NAMES } from "./scenario.ts";

/** Built-in roles by their ids. */
const ROLES: Readonly<Record<string, string>> = {
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "76199698-9eea-4c19-bc75-cec21354c6b6": "Storage Table Data Reader",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
};
const CONTRIBUTORS = ["Blob", "Queue", "Table"].map((service) => `Storage ${service} Data Contributor`);
const HOST_ROLES = ["Storage Blob Data Owner", ...CONTRIBUTORS.slice(1)];
const on = (target: string, roles: readonly string[]) => roles.map((role) => `${role} on ${target}`);

/** The purpose of a role, from the id of its assignment. */
function targetOf(id: string): string {
  const [, type, name] = /(\w+)\/([^/']+)(?:'|\/providers\/Microsoft\.Authorization)/.exec(id) ?? [];
  if (type === "storageAccounts") return name?.startsWith("stshop") ? "dataStorage" : "hostStorage";
  return (
    {
      containers: name?.endsWith("-largemessages") ? "largeMessages" : id,
      queues: "orderQueue",
      components: "insights",
      schedulers: "scheduler",
    }[type ?? ""] ?? id
  );
}

/** @param who part of the principal's id; the scenarios contain ids of operators and partners, but the app's id is unknown */
function rolesOf(scenario: Scenario, who: string): Set<string> {
  const assigned = scenario
    .all("Microsoft.Authorization/roleAssignments")
    .filter(({ properties }) => String(properties["principalId"]).includes(who))
    .map(({ id, properties }) => {
      const roleId = String(properties["roleDefinitionId"]).split("/").at(-1) ?? "";
      return `${ROLES[roleId] ?? "unknown"} on ${targetOf(id)}`;
    });
  return new Set(assigned);
}
const APP = "reference(";
const OPERATOR = "00000000000a";
const PARTNER = "00000000000b";
const DEPLOYER = "00000000000c";

test.each(SCENARIO_NAMES)("%s gives the app the roles that it needs, each on one resource", (name) => {
  const scenario = new Scenario(name);
  const scheduler = name.includes("scheduler") ? ["Durable Task Data Contributor on scheduler"] : [];
  const expected = [
    ...on("hostStorage", HOST_ROLES),
    ...on("dataStorage", CONTRIBUTORS),
    "Monitoring Metrics Publisher on insights",
    ...scheduler,
  ];
  expect(rolesOf(scenario, APP)).toEqual(new Set(expected));
});

test("operators and partners get roles only on request, and no more than they need", () => {
  for (const name of ["smallest", "zones"] as const) {
    expect(new Scenario(name).all("Microsoft.Authorization/roleAssignments")).toHaveLength(7);
  }
  const operator = [...on("hostStorage", CONTRIBUTORS), ...on("dataStorage", CONTRIBUTORS)];
  expect(rolesOf(new Scenario("private"), OPERATOR)).toEqual(new Set(operator));
  expect(rolesOf(new Scenario("watched"), PARTNER)).toEqual(
    new Set(["Storage Queue Data Message Sender on orderQueue"]),
  );
});

test("the deployer may read the task hub for the replay gate, where there is one in storage", () => {
  expect(rolesOf(new Scenario("private"), DEPLOYER)).toEqual(
    new Set(["Storage Table Data Reader on hostStorage", "Storage Blob Data Reader on largeMessages"]),
  );
  expect(rolesOf(new Scenario("private-scheduler"), DEPLOYER)).toEqual(new Set());
});

test("the page's table of roles is the same as the template's, with its reasons", () => {
  const rows = (text: string, row: RegExp) =>
    [...text.matchAll(row)].map((match) => match.slice(1).join(" | "));
  const bicep = readFileSync(join(ROOT, "infra/modules/role-assignments.bicep"), "utf8");
  const ids = new Map(
    [...bicep.matchAll(/^var (\w+) = '([0-9a-f-]{36})'$/gm)].map(([, name, id]) => [name, ROLES[id ?? ""]]),
  );
  const granted = [
    ...bicep.matchAll(/roleId: (\w+),?\s+target: '(\w+)',?\s+to: \[([^\]]+)\],?\s+why: '([^']+)'/g),
  ].map(([, role, target, to = "", why]) => [ids.get(role), target, to.replaceAll("'", ""), why].join(" | "));
  expect(granted.length).toBeGreaterThan(8);
  const page = readFileSync(join(ROOT, "docs/deploy.md"), "utf8");
  const shown = rows(
    page,
    /^\| ((?:Storage|Monitoring|Durable Task) [\w ]+?) +\| (\w+) +\| ([a-z, ]+?) +\| ([^|]+?) +\|$/gm,
  );
  expect(shown).toEqual(granted);
});

test("previews may read the template's resources, but no key, secret or log", () => {
  const page = readFileSync(join(ROOT, "docs/deploy.md"), "utf8");
  const [, list = ""] = /"Actions": \[([^\]]+)\]/.exec(page) ?? [];
  const actions = list.match(/(?<=")[^",]+(?=")/g) ?? [];
  const may = (action: string) =>
    actions.some((pattern) => {
      const [start = "", end] = pattern.toLowerCase().split("*");
      const asked = action.toLowerCase();
      return end === undefined ? asked === start : asked.startsWith(start) && asked.endsWith(end);
    });
  const types = new Set(
    SCENARIO_NAMES.flatMap((name) => new Scenario(name).resources).map(({ type }) =>
      type.replace("Resources/resourceGroups", "Resources/subscriptions/resourceGroups"),
    ),
  );
  expect([...types].filter((type) => !may(`${type}/read`))).toEqual([]);
  expect(actions.filter((action) => !/\/read$|\/(?:whatIf|validate)\/action$/.test(action))).toEqual([]);
  // Read actions that reveal the rights of others: permissions/web-and-mobile and similar ones.
  const secrets = [
    "Microsoft.Web/sites/functions/masterkey/read",
    "Microsoft.Web/sites/functions/token/read",
    "Microsoft.Web/sites/hostruntime/functions/keys/read",
    "Microsoft.Web/sites/hostruntime/host/_master/read",
    "Microsoft.Web/sites/config/web/appsettings/read",
    "Microsoft.Network/connections/sharedKey/read",
    "Microsoft.OperationalInsights/workspaces/query/read",
    "Microsoft.OperationalInsights/workspaces/tables/query/read",
    "Microsoft.Insights/logs/read",
  ];
  expect(secrets.filter(may)).toEqual([]);
});
