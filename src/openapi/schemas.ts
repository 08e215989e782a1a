import { z } from "zod";
import { RESOURCE_STATUSES } from "../http/resource-status.ts";
import { instant } from "../values.ts";
import type { Answer } from "./description.ts";

export { instant };

export const links = z.object({ self: z.url() }).catchall(z.url()).meta({ id: "Links" });

export const status = z.enum(RESOURCE_STATUSES).meta({
  id: "Status",
  description: "A business refusal is `completed` with its own `kind` of result, not `failed`",
});

export const continuation = z
  .string()
  .optional()
  .describe("Present if there are more pages: send it to get the next page");

export const problem = z
  .object({
    type: z.string().describe("Ends with the kind of problem"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe("JSON pointer into the body, or `#query/…`, `#header/…`, `#path/…`"),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

const startedSchema = z
  .object({ id: z.string(), status: z.enum(["pending", "running"]), links })
  .meta({ id: "Accepted" });

/** 202 of a start, and of a request that takes effect later. */
export const accepted = (description: string): Answer => ({
  description,
  schema: startedSchema,
  headers: { Location: "URL of the resource", "Retry-After": "Seconds until the next poll" },
});

/** The resource of a process, with the progress and the result of its pattern. */
export function resourceOf(
  id: string,
  { kind, progress, result }: { kind: string; progress: z.ZodType; result: z.ZodType },
) {
  return z
    .object({
      id: z.string(),
      kind: z.literal(kind),
      status,
      progress,
      result: result.optional(),
      error: z
        .object({ type: z.string(), message: z.string() })
        .optional()
        .describe("Present only if the system failed"),
      createdAt: instant,
      updatedAt: instant,
      links,
    })
    .meta({ id });
}

/** 200 with a resource. */
export const resource = (description: string, schema: z.ZodType): Answer => ({
  description,
  schema,
  headers: { "Retry-After": "Seconds until the next poll, while the process runs" },
});
