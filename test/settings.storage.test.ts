import { expect, test } from "vitest";
import { readSettings } from "../src/settings.ts";

const account = (name: string) => ({
  blobServiceUri: `https://${name}.blob.core.windows.net`,
  queueServiceUri: `https://${name}.queue.core.windows.net`,
  tableServiceUri: `https://${name}.table.core.windows.net`,
});
const settings = (prefix: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}__${key}`, value]));
const HOST = { ...settings("AzureWebJobsStorage", { ...account("host"), clientId: "host-id" }) };

test("the shop's own account overrides that of the host, with its own identity", () => {
  const own = settings("SHOP_STORAGE", {
    ...account("shop"),
    credential: "managedidentity",
    clientId: "shop-id",
  });
  const { storage } = readSettings({ ...HOST, ...own });
  expect(storage.connectionName).toBe("SHOP_STORAGE");
  expect(storage.connection).toEqual({
    kind: "managedIdentity",
    blobUri: account("shop").blobServiceUri,
    queueUri: account("shop").queueServiceUri,
    tableUri: account("shop").tableServiceUri,
    clientId: "shop-id",
  });
  expect(readSettings({ ...HOST, SHOP_STORAGE: "UseDevelopmentStorage=true" }).storage).toMatchObject({
    connectionName: "SHOP_STORAGE",
    connection: { kind: "connectionString" },
  });
});

test("without one, the shop uses that of the host", () => {
  expect(readSettings(HOST).storage).toMatchObject({
    connectionName: "AzureWebJobsStorage",
    connection: { blobUri: account("host").blobServiceUri, clientId: "host-id" },
  });
});

test("an incomplete connection is refused, so that the shop's data is not put into the host's account", () => {
  const { tableServiceUri: _, ...half } = account("shop");
  expect(() => readSettings({ ...HOST, ...settings("SHOP_STORAGE", half) })).toThrow(
    "Settings are not valid. SHOP_STORAGE: Set it to a connection string, or set SHOP_STORAGE__{blob,queue,table}ServiceUri",
  );
});
