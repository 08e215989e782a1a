import { expect, test } from "vitest";
import { storageErrorText } from "../../src/triggers/storage-error.ts";

test("an unreachable storage is reported with a remedy", () => {
  expect(storageErrorText(new Error("connect ECONNREFUSED 127.0.0.1:10001"))).toBe(
    "connect ECONNREFUSED 127.0.0.1:10001; is the storage emulator running? (npx azurite)",
  );
});

test("storage's message is shown without the ids of the request", () => {
  const refused = Object.assign(new Error("0:The entity is there.\nRequestId:1\nTime:2"), {
    statusCode: 409,
  });
  expect(storageErrorText(refused)).toBe("The entity is there.");
  expect(storageErrorText(new Error("the app's own\nerror"))).toBe("the app's own\nerror");
});
