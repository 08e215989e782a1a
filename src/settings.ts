import { z } from "zod";
import { isoDuration, isoMilliseconds } from "./durable/orchestration/duration.ts";

/** How the app reaches Azure Storage: a connection string locally, a managed identity on Azure. */
export type StorageConnection =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | {
      readonly kind: "managedIdentity";
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      /** Client id of a user-assigned identity; the system-assigned one if absent. */
      readonly clientId: string | undefined;
    };

export type StorageConnectionName = "SHOP_STORAGE" | "AzureWebJobsStorage";

/** All settings that the app reads from its environment. */
export interface Settings {
  readonly storage: {
    readonly connection: StorageConnection;
    /** Name of the connection setting, for triggers: the shop's own account, else that of the host. */
    readonly connectionName: StorageConnectionName;
    /** First part of every table, queue and container name, so that several apps can share an account. */
    readonly prefix: string;
  };
  readonly images: {
    /**
     * Photos that one instance of the host decodes at the same time; each needs a core and up to 0.5 GB, at least 1 GB
     * in total.
     */
    readonly photosInFlight: number;
  };
  /** Receiver of mails about problems that need an operator. */
  readonly alerts: { readonly mailTo: string };
  readonly purge: PurgeSettings;
  /** When the app searches for instances that failed with their worker process; NCRONTAB, seconds first. */
  readonly rescueSchedule: string;
  readonly refunds: RefundSettings;
  /** The app's address from outside, behind a proxy; if undefined, the address that each caller used. */
  readonly publicUrl: string | undefined;
  /** Undefined if no telemetry is sent, as on a development machine. */
  readonly telemetry: TelemetrySettings | undefined;
}

/** Where traces and logs are sent. */
export interface TelemetrySettings {
  readonly connectionString: string;
  /** The managed identity for sign-in; undefined if the connection string's key is enough. */
  readonly identity: { readonly clientId: string | undefined } | undefined;
}

/** Who decides about refunds, and how decision links are secured. */
export interface RefundSettings {
  /** A refund up to this many euro cents needs no decision. */
  readonly limit: number;
  /** The first approver's time if the request does not set it; ISO 8601. */
  readonly deadline: string;
  /** The key that signs decision links; without it, the app creates a random key and stores it. */
  readonly decisionKey: string | undefined;
  /** The address for links in mails. On Azure it never comes from a request. */
  readonly publicUrl: string | undefined;
}

/** When finished instances are deleted. */
export interface PurgeSettings {
  /** NCRONTAB: six fields, seconds first. */
  readonly schedule: string;
  /** Only logs what it would delete. */
  readonly dryRun: boolean;
  /** Milliseconds from the end of an instance to its deletion, by how it ended. */
  readonly keep: { readonly completed: number; readonly failed: number; readonly canceled: number };
}

const decisionKey = z.string().min(32, "Must have at least 32 random characters");

const schedule = (usual: string) =>
  z
    .string()
    .regex(/^\S+( \S+){5}$/, "Must be an NCRONTAB expression of six fields, seconds first")
    .default(usual);

const retention = (length: string) =>
  isoDuration("PT1H", "P3650D").default(length).transform(isoMilliseconds);

/**
 * May contain a path, if a proxy serves the app below one. The trailing slash is removed, because paths begin with one.
 */
const publicUrl = z
  .url({ protocol: /^https?$/ })
  .max(200)
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username + password + search + hash === "";
  }, "Must not have a user, query or fragment")
  .transform((text) => new URL(text).href.replace(/\/+$/, ""));

/** The settings of one connection, by the rules of the Functions host. */
const connectionSettings = <Name extends StorageConnectionName>(name: Name) => {
  const uri = z.url().optional();
  const text = z.string().min(1).optional();
  return {
    [name]: text,
    [`${name}__blobServiceUri`]: uri,
    [`${name}__queueServiceUri`]: uri,
    [`${name}__tableServiceUri`]: uri,
    [`${name}__clientId`]: text,
  } as Record<
    Name | `${Name}__${"blobServiceUri" | "queueServiceUri" | "tableServiceUri" | "clientId"}`,
    typeof text
  >;
};

const environment = z
  .object({
    ...connectionSettings("SHOP_STORAGE"),
    ...connectionSettings("AzureWebJobsStorage"),
    SHOP_STORAGE_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9]{1,23}$/, "Must be 2 to 24 lower-case letters and digits, starting with a letter")
      .default("shop"),
    SHOP_PHOTOS_IN_FLIGHT: z.coerce.number().int().min(1).max(16).default(2),
    SHOP_ALERT_MAIL: z.email().default("operations@example.com"),
    SHOP_PURGE_SCHEDULE: schedule("0 0 3 * * *"),
    SHOP_PURGE_DRY_RUN: z.enum(["true", "false"]).default("false"),
    SHOP_KEEP_COMPLETED: retention("P30D"),
    SHOP_KEEP_FAILED: retention("P90D"),
    SHOP_KEEP_CANCELED: retention("P30D"),
    SHOP_RESCUE_SCHEDULE: schedule("30 */5 * * * *"),
    SHOP_REFUND_LIMIT: z.coerce.number().int().min(0).default(5000),
    SHOP_REFUND_DEADLINE: isoDuration("PT1S", "P365D").default("PT72H"),
    SHOP_DECISION_KEY: decisionKey.optional(),
    SHOP_PUBLIC_URL: publicUrl.optional(),
    APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z.string().default(""),
    /** Only set by Azure. */
    WEBSITE_SITE_NAME: z.string().optional(),
    WEBSITE_HOSTNAME: z.string().optional(),
  })
  .transform((env, context): Settings => {
    const connectionName = hasConnection(env, "SHOP_STORAGE") ? "SHOP_STORAGE" : "AzureWebJobsStorage";
    const connection = storageConnection(env, connectionName);
    if (!connection) {
      context.addIssue({
        code: "custom",
        path: [connectionName],
        message: `Set it to a connection string, or set ${connectionName}__{blob,queue,table}ServiceUri`,
      });
      return z.NEVER;
    }
    const isOnAzure = env.WEBSITE_SITE_NAME !== undefined || connection.kind === "managedIdentity";
    return {
      storage: { connection, connectionName, prefix: env.SHOP_STORAGE_PREFIX },
      images: { photosInFlight: env.SHOP_PHOTOS_IN_FLIGHT },
      alerts: { mailTo: env.SHOP_ALERT_MAIL },
      purge: {
        schedule: env.SHOP_PURGE_SCHEDULE,
        dryRun: env.SHOP_PURGE_DRY_RUN === "true",
        keep: {
          completed: env.SHOP_KEEP_COMPLETED,
          failed: env.SHOP_KEEP_FAILED,
          canceled: env.SHOP_KEEP_CANCELED,
        },
      },
      rescueSchedule: env.SHOP_RESCUE_SCHEDULE,
      refunds: {
        limit: env.SHOP_REFUND_LIMIT,
        deadline: env.SHOP_REFUND_DEADLINE,
        decisionKey: env.SHOP_DECISION_KEY,
        publicUrl: env.SHOP_PUBLIC_URL ?? (isOnAzure ? azureOrigin(env) : undefined),
      },
      publicUrl: env.SHOP_PUBLIC_URL,
      telemetry: telemetry(env),
    };
  });

/**
 * The authentication string is `ClientId=…;Authorization=AAD`; without a client id, the system-assigned identity is
 * used.
 */
function telemetry(env: {
  APPLICATIONINSIGHTS_CONNECTION_STRING?: string | undefined;
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: string;
}): TelemetrySettings | undefined {
  if (!env.APPLICATIONINSIGHTS_CONNECTION_STRING) return undefined;
  const authentication = new Map(
    env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING.split(";").map((part) => {
      const [name = "", value] = part.split("=");
      return [name.trim().toLowerCase(), value?.trim()] as const;
    }),
  );
  return {
    connectionString: env.APPLICATIONINSIGHTS_CONNECTION_STRING,
    identity:
      authentication.get("authorization")?.toUpperCase() === "AAD"
        ? { clientId: authentication.get("clientid") || undefined }
        : undefined,
  };
}

/** Used instead of the request's address: a forged Host header could redirect approvers' links to another host. */
function azureOrigin(env: { WEBSITE_HOSTNAME?: string | undefined }): string | undefined {
  return env.WEBSITE_HOSTNAME ? `https://${env.WEBSITE_HOSTNAME}` : undefined;
}

type ConnectionEnvironment = Readonly<Partial<Record<string, unknown>>>;

/** An incomplete connection is intentional; its error must name what is missing. */
const hasConnection = (env: ConnectionEnvironment, name: StorageConnectionName) =>
  Object.keys(env).some((key) => (key === name || key.startsWith(`${name}__`)) && env[key] !== undefined);

function storageConnection(
  env: ConnectionEnvironment,
  name: StorageConnectionName,
): StorageConnection | undefined {
  const value = (part: string) => {
    const found = env[`${name}${part}`];
    return typeof found === "string" ? found : undefined;
  };
  const connectionString = value("");
  if (connectionString) return { kind: "connectionString", connectionString };
  const blobUri = value("__blobServiceUri");
  const queueUri = value("__queueServiceUri");
  const tableUri = value("__tableServiceUri");
  if (!blobUri || !queueUri || !tableUri) return undefined;
  return { kind: "managedIdentity", blobUri, queueUri, tableUri, clientId: value("__clientId") };
}

/** Reads and checks the settings. @throws {Error} one line that names each missing or invalid setting */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const result = environment.safeParse(env);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Settings are not valid. ${problems.join("; ")}`);
}
