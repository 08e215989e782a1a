import { hasInnerUse, isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { RuleDefinition } from "../rule.ts";

const GLOBALS = new Set(["fetch", "XMLHttpRequest", "WebSocket", "EventSource"]);
const OF_NODE = new Set(
  "child_process cluster dgram dns dns/promises fs fs/promises http http2 https inspector net readline readline/promises sqlite tls worker_threads"
    .split(" ")
    .map((name) => `node:${name}`),
);
/** Well-known packages with clients of services. */
const PACKAGES = new Set(
  (
    "@elastic/elasticsearch @prisma/client @sendgrid/mail @slack/web-api amqplib applicationinsights axios cassandra-driver " +
    "cross-fetch fs-extra got googleapis graceful-fs graphql-request ioredis isomorphic-fetch kafkajs ky mongodb mongoose mqtt " +
    "mssql mysql mysql2 mysql2/promise needle node-fetch nodemailer octokit openai pg postgres redis request " +
    "request-promise sequelize sqlite3 ssh2 ssh2-sftp-client stripe superagent tedious twilio typeorm undici ws"
  ).split(" "),
);
const PREFIXES = ["@azure/", "@aws-sdk/", "@google-cloud/", "@microsoft/microsoft-graph-client", "@octokit/"];
/** Values and type checks of these packages that do no I/O. */
const NOT_CLIENTS = new Set(["@azure/functions", "@azure/core-util", "@azure/logger", "@azure/core-auth"]);
const PURE =
  /(?:^|\.)(?:ObjectId|isValid|escape|escapeId|format|isRestError|isAxiosError|isError|AxiosError|RestError|\w+Error)$/;

export const noIo: RuleDefinition = {
  description: "Orchestrators must not do I/O: access files, networks and services in activities",
  messages: {
    io: "{{what}} runs again on each replay, and may return another result. Do it in an activity, and call the activity.",
    client:
      "A client of the task hub in an orchestrator runs again on each replay. Call an activity, a sub-orchestration or an entity.",
  },
  check(orchestration, report) {
    const uses = usesOf(orchestration);
    for (const use of uses) {
      if (!use.call) continue;
      if (use.origin.package === "durable-functions") {
        if (use.path === "getClient") report({ node: use.node, messageId: "client" });
      } else if (isIo(use) && !hasInnerUse(use, uses)) {
        report({ node: use.node, messageId: "io", data: { what: whatOf(use) } });
      }
    }
  },
};

function isIo(use: Use): boolean {
  if (isGlobalUse(use)) return GLOBALS.has(use.path);
  const name = use.origin.package ?? "";
  if (PURE.test(use.path) || NOT_CLIENTS.has(name)) return false;
  return OF_NODE.has(name) || PACKAGES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

function whatOf({ origin, path }: Use): string {
  const name = path.replaceAll(".()", "");
  if (origin.package === undefined) return `${name}()`;
  return name ? `${name} of ${origin.package}` : origin.package;
}
