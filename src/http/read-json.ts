import type { HttpRequest } from "@azure/functions";
import type { z } from "zod";
import { boundedBody } from "./bounded-body.ts";
import { Problem } from "./problem.ts";
import { validate } from "./validate.ts";

/** No JSON request of this API comes near it. */
export const MAX_JSON_BYTES = 256 * 1024;

/** The JSON body as the schema has it. @throws {Problem} 415, 413 or 400 */
export async function readJson<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  return validate(schema, parseJson(await readText(request)), "body");
}

/** The same for a body that may be left out, which is then taken for `{}`. @throws {Problem} 415, 413 or 400 */
export async function readOptionalJson<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return validate(schema, {}, "body");
  requireJson(request);
  return validate(schema, parseJson(decode(bytes)), "body");
}

async function readText(request: HttpRequest): Promise<string> {
  requireJson(request);
  return decode(await readBytes(request));
}

function requireJson(request: HttpRequest): void {
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType === "application/json") return;
  throw new Problem("unsupported-media-type", "Send the body as application/json", {
    errors: [{ pointer: "#header/content-type", message: "Must be application/json" }],
  });
}

async function readBytes(request: HttpRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedBody(request, MAX_JSON_BYTES)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem("invalid-request", "The body is not valid UTF-8");
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === "") throw new Problem("invalid-request", "The body is empty; JSON is expected");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem("invalid-request", `The body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}
