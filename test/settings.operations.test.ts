import { describe, expect, test } from "vitest";
import { readSettings } from "../src/settings.ts";

const DAY = 86_400_000;
const read = (env: Record<string, string> = {}) =>
  readSettings({ AzureWebJobsStorage: "UseDevelopmentStorage=true", ...env });

test("without settings, finished instances are kept for a month, failed ones for three", () => {
  expect(read().purge).toEqual({
    schedule: "0 0 3 * * *",
    dryRun: false,
    keep: { completed: 30 * DAY, failed: 90 * DAY, canceled: 30 * DAY },
  });
  expect(read().rescueSchedule).toBe("30 */5 * * * *");
  expect(read().alerts).toEqual({ mailTo: "operations@example.com" });
});

test("each of them can be set", () => {
  const { purge, alerts, rescueSchedule } = read({
    SHOP_RESCUE_SCHEDULE: "*/5 * * * * *",
    SHOP_PURGE_SCHEDULE: "0 */5 * * * *",
    SHOP_PURGE_DRY_RUN: "true",
    SHOP_KEEP_COMPLETED: "PT12H",
    SHOP_KEEP_FAILED: "P1W",
    SHOP_KEEP_CANCELED: "P2DT12H",
    SHOP_ALERT_MAIL: "somebody@example.com",
  });
  expect(purge).toEqual({
    schedule: "0 */5 * * * *",
    dryRun: true,
    keep: { completed: DAY / 2, failed: 7 * DAY, canceled: 2.5 * DAY },
  });
  expect(rescueSchedule).toBe("*/5 * * * * *");
  expect(alerts.mailTo).toBe("somebody@example.com");
});

describe("an invalid setting is refused by name:", () => {
  test.each([
    ["SHOP_PURGE_SCHEDULE", "daily"],
    ["SHOP_PURGE_SCHEDULE", "0 3 * * *"],
    ["SHOP_RESCUE_SCHEDULE", "never"],
    ["SHOP_PURGE_DRY_RUN", "yes"],
    ["SHOP_KEEP_COMPLETED", "30"],
    ["SHOP_KEEP_COMPLETED", "PT0S"],
    ["SHOP_KEEP_FAILED", "P100000D"],
    ["SHOP_KEEP_CANCELED", ""],
    ["SHOP_ALERT_MAIL", "nobody"],
    ["SHOP_PHOTOS_IN_FLIGHT", "17"],
  ])("%s=%s", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });
});
