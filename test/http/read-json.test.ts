import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../src/http/problem.ts";
import { MAX_JSON_BYTES, readForm, readJson } from "../../src/http/read-body.ts";

const schema = z.strictObject({ name: z.string(), tags: z.array(z.string()).optional() });

function post(body: string | Uint8Array | undefined, contentType = "application/json"): HttpRequest {
  return new HttpRequest({
    url: "http://localhost/api/things",
    method: "POST",
    headers: { "content-type": contentType },
    ...(body !== undefined && { body: typeof body === "string" ? { string: body } : { bytes: body } }),
  });
}

async function problemOf(request: HttpRequest): Promise<{ status: number | undefined; pointers: string[] }> {
  try {
    await readJson(request, schema);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: error.toResponse().status, pointers: error.errors.map(({ pointer }) => pointer) };
  }
  throw new Error("The body was taken");
}

describe("readJson", () => {
  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON"])(
    "takes %s",
    async (type) => {
      expect(await readJson(post('{"name":"ü"}', type), schema)).toEqual({ name: "ü" });
    },
  );

  test.each([
    ["another content type", post("{}", "text/plain"), 415, ["#header/content-type"]],
    ["no body", post(undefined), 400, []],
    ["an empty body", post("  "), 400, []],
    ["half a document", post('{"name":'), 400, []],
    ["invalid UTF-8", post(Uint8Array.of(0x22, 0xff, 0x22)), 400, []],
    ["too many bytes", post(JSON.stringify({ name: "x".repeat(MAX_JSON_BYTES) })), 413, []],
    ["a wrong field", post('{"name":"a","tags":["b",1]}'), 400, ["/tags/1"]],
    ["a missing field", post("{}"), 400, ["/name"]],
    ["unknown fields, escaped", post('{"name":"a","x/y":1,"m~n":2}'), 400, ["/x~1y", "/m~0n"]],
    [
      "a long name, cut before it is escaped",
      post(`{"name":"a","${"/".repeat(999)}":1}`),
      400,
      [`/${"~1".repeat(100)}`],
    ],
    ["another kind of value", post("[]"), 400, [""]],
  ])("refuses %s", async (_title, request, status, pointers) => {
    expect(await problemOf(request)).toEqual({ status, pointers });
  });

  test("says that a field is missing", async () => {
    await expect(readJson(post("{}"), schema)).rejects.toThrow("/name: Missing");
    await expect(readJson(post('{"name":1}'), schema)).rejects.toThrow("expected string, received number");
  });
});

describe("readForm", () => {
  const form = z.strictObject({ decision: z.enum(["approve", "reject"]) });
  const send = (body: string) => readForm(post(body, "application/x-www-form-urlencoded"), form);

  test("accepts a field that is sent once", async () => {
    expect(await send("decision=approve")).toEqual({ decision: "approve" });
  });

  test.each(["", "decision=maybe", "decision=approve&decision=reject", "decision=approve&by=me"])(
    "refuses %j",
    async (body) => {
      await expect(send(body)).rejects.toBeInstanceOf(Problem);
    },
  );
});
