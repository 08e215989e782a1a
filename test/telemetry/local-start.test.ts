import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { startShop } from "../support/shop.ts";

test("a start without telemetry loads none of its packages", async () => {
  const { host } = await startShop();
  await using _ = host;
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  // The SDK for durable functions depends on the API package, which alone has no effect.
  const telemetry = loaded.filter(
    (file) => /opentelemetry/.test(file) && !file.includes("@opentelemetry/api/"),
  );
  expect(telemetry).toEqual([]);
  expect(loaded.some((file) => file.includes("durable-functions"))).toBe(true);
});
