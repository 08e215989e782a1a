import { z } from "zod";
import { UnknownContinuation } from "../durable/task-hub/task-hub.ts";
import { fieldProblem } from "./problem.ts";

const NOT_A_CONTINUATION = "Must be the continuation of the previous page";

/** A token of the task hub or of storage, encoded for a query; parsing decodes it to a valid header value. */
export const continuationToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,4000}$/, NOT_A_CONTINUATION)
  .transform((text) => Buffer.from(text, "base64url").toString("latin1"))
  // Other characters could end the header and start another one, or lead to an unreadable response of storage. Tokens
  // of the extension may contain or end with a space.
  .refine((token) => /^[\x20-\x7e]+$/.test(token), NOT_A_CONTINUATION)
  .optional();

export const toContinuation = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : Buffer.from(token, "latin1").toString("base64url");

/** Waits for a page; a continuation that the task hub does not know is an error of the caller. @throws {Problem} 400 */
export async function pageOrProblem<Page>(page: Promise<Page>): Promise<Page> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof UnknownContinuation) {
      throw fieldProblem("invalid-request", "#query/continuation", NOT_A_CONTINUATION);
    }
    throw error;
  }
}
