import type { HttpRequest } from "@azure/functions";
import type { z } from "zod";
import { Problem } from "./problem.ts";
import { boundedBody } from "./bounded-body.ts";
import { validate } from "./validate.ts";

/** A form of this app has a field or two. */
const MAX_FORM_BYTES = 4096;

/**
 * The fields of an HTML form as the schema has them; a field sent twice is wrong.
 *
 * @throws {Problem} 415, 413 or 400
 */
export async function readForm<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/x-www-form-urlencoded") {
    throw new Problem("unsupported-media-type", "Send the form as application/x-www-form-urlencoded", {
      errors: [{ pointer: "#header/content-type", message: "Must be application/x-www-form-urlencoded" }],
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedBody(request, MAX_FORM_BYTES)) chunks.push(chunk);
  const fields = new URLSearchParams(Buffer.concat(chunks).toString());
  const values = [...new Set(fields.keys())].map((name) => {
    const all = fields.getAll(name);
    return [name, all.length === 1 ? all[0] : all] as const;
  });
  return validate(schema, Object.fromEntries(values), "body");
}
