import { z } from "zod";

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

/** Everything that the app takes from its environment. */
export interface Settings {
  readonly storage: {
    readonly connection: StorageConnection;
    /** First part of every table, queue and container name: keeps several apps apart in one account. */
    readonly prefix: string;
  };
  readonly images: {
    /** Photos decoded at the same time by one instance of the host; each takes a core and up to 0.5 GB. */
    readonly photosInFlight: number;
  };
}

const environment = z
  .object({
    AzureWebJobsStorage: z.string().min(1).optional(),
    AzureWebJobsStorage__blobServiceUri: z.url().optional(),
    AzureWebJobsStorage__queueServiceUri: z.url().optional(),
    AzureWebJobsStorage__tableServiceUri: z.url().optional(),
    AzureWebJobsStorage__clientId: z.string().min(1).optional(),
    SHOP_STORAGE_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9]{1,23}$/, "Must be 2 to 24 lower-case letters and digits, a letter first")
      .default("shop"),
    SHOP_PHOTOS_IN_FLIGHT: z.coerce.number().int().min(1).max(16).default(2),
  })
  .transform((env, context): Settings => {
    const connection = storageConnection(env);
    if (!connection) {
      context.addIssue({
        code: "custom",
        path: ["AzureWebJobsStorage"],
        message: "Set it to a connection string, or set AzureWebJobsStorage__{blob,queue,table}ServiceUri",
      });
      return z.NEVER;
    }
    return {
      storage: { connection, prefix: env.SHOP_STORAGE_PREFIX },
      images: { photosInFlight: env.SHOP_PHOTOS_IN_FLIGHT },
    };
  });

function storageConnection(env: {
  AzureWebJobsStorage?: string | undefined;
  AzureWebJobsStorage__blobServiceUri?: string | undefined;
  AzureWebJobsStorage__queueServiceUri?: string | undefined;
  AzureWebJobsStorage__tableServiceUri?: string | undefined;
  AzureWebJobsStorage__clientId?: string | undefined;
}): StorageConnection | undefined {
  if (env.AzureWebJobsStorage) {
    return { kind: "connectionString", connectionString: env.AzureWebJobsStorage };
  }
  const {
    AzureWebJobsStorage__blobServiceUri: blobUri,
    AzureWebJobsStorage__queueServiceUri: queueUri,
    AzureWebJobsStorage__tableServiceUri: tableUri,
  } = env;
  if (!blobUri || !queueUri || !tableUri) return undefined;
  return {
    kind: "managedIdentity",
    blobUri,
    queueUri,
    tableUri,
    clientId: env.AzureWebJobsStorage__clientId,
  };
}

/** Reads and checks the settings. @throws {Error} one line that names each setting that is missing or wrong */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const result = environment.safeParse(env);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Settings are not valid. ${problems.join("; ")}`);
}
