import { HttpRequest } from "@azure/functions";
import { expect, test } from "vitest";
import { fileResponse } from "../../src/http/file-response.ts";

const request = new HttpRequest({ url: "http://localhost/api/file", method: "GET" });
const found = { etag: '"a"', bytes: 5, contentType: "text/plain" };

test("a file that is there is sent", async () => {
  const read = () => Promise.resolve(Buffer.from("whole"));
  const response = await fileResponse(request, { ...found, read }, "no-store");
  expect(response).toMatchObject({ status: 200, body: Buffer.from("whole") });
});

test("a file that goes between the look at it and the sending is a conflict, no failure", async () => {
  const read = () => Promise.resolve(undefined);
  await expect(fileResponse(request, { ...found, read }, "no-store")).rejects.toMatchObject({
    kind: "conflict",
  });
});
