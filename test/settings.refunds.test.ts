import { describe, expect, test } from "vitest";
import { readSettings } from "../src/settings.ts";

const LOCAL = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };
const KEY = "0123456789abcdef0123456789abcdef";
const ON_AZURE = { ...LOCAL, WEBSITE_SITE_NAME: "shop", WEBSITE_HOSTNAME: "shop.azurewebsites.net" };
const IDENTITY = {
  AzureWebJobsStorage__blobServiceUri: "https://shop.blob.core.windows.net",
  AzureWebJobsStorage__queueServiceUri: "https://shop.queue.core.windows.net",
  AzureWebJobsStorage__tableServiceUri: "https://shop.table.core.windows.net",
};

describe("the refund settings", () => {
  test("have a limit and a deadline, and need no key on a development machine", () => {
    expect(readSettings(LOCAL).refunds).toEqual({
      limit: 5000,
      deadline: "PT72H",
      decisionKey: undefined,
      publicUrl: undefined,
    });
  });

  test.each([[ON_AZURE], [IDENTITY]])("accept a key on Azure (%j), and need none", (environment) => {
    expect(readSettings(environment).refunds.decisionKey).toBeUndefined();
    expect(readSettings({ ...environment, SHOP_DECISION_KEY: KEY }).refunds.decisionKey).toBe(KEY);
  });

  test.each([
    [{ SHOP_DECISION_KEY: "short" }, "SHOP_DECISION_KEY: Must have at least 32 random characters"],
    [{ SHOP_REFUND_LIMIT: "-1" }, "SHOP_REFUND_LIMIT"],
    [{ SHOP_REFUND_DEADLINE: "3 days" }, "SHOP_REFUND_DEADLINE: Must be an ISO 8601 duration"],
    [{ SHOP_PUBLIC_URL: "javascript:alert(1)" }, "SHOP_PUBLIC_URL"],
    [{ SHOP_PUBLIC_URL: "https://shop.example/?a=b" }, "SHOP_PUBLIC_URL: Must not have a user, query"],
    [{ SHOP_PUBLIC_URL: "https://me@shop.example" }, "SHOP_PUBLIC_URL: Must not have a user, query"],
  ])("%j are refused, and no message repeats a secret", (environment, message) => {
    expect(() => readSettings({ ...LOCAL, ...environment })).toThrow(message);
    expect(() => readSettings({ ...LOCAL, ...environment })).not.toThrow(/short/);
  });

  test("use the app's own URL in approvers' links on Azure, regardless of a request's Host", () => {
    const { publicUrl } = readSettings({ ...ON_AZURE, SHOP_DECISION_KEY: KEY }).refunds;
    expect(publicUrl).toBe("https://shop.azurewebsites.net");
    const behind = { ...ON_AZURE, SHOP_DECISION_KEY: KEY, SHOP_PUBLIC_URL: "https://shop.example/prints" };
    expect(readSettings(behind).refunds.publicUrl).toBe("https://shop.example/prints");
    expect(readSettings(behind).publicUrl).toBe("https://shop.example/prints");
    expect(readSettings(ON_AZURE).publicUrl, "other links use the caller's address").toBeUndefined();
    expect(readSettings({ ...LOCAL, WEBSITE_HOSTNAME: "localhost:7071" }).refunds.publicUrl).toBeUndefined();
  });
});
