import { z } from "zod";
import { UnknownContinuation } from "../durable/task-hub/task-hub.ts";
import { fieldProblem } from "./problem.ts";

const NOT_A_CONTINUATION = "Must be the continuation of the page before";

/** A token of the task hub or of storage, in a form that goes into a query; it comes back fit for a header. */
export const continuationToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,4000}$/, NOT_A_CONTINUATION)
  .transform((text) => Buffer.from(text, "base64url").toString("latin1"))
  // Anything else could end the header and start another, or make an answer of storage that nobody can read. Tokens
  // of the extension have a space in them, or at the end.
  .refine((token) => /^[\x20-\x7e]+$/.test(token), NOT_A_CONTINUATION)
  .optional();

export const toContinuation = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : Buffer.from(token, "latin1").toString("base64url");

/** Asks for a page; a continuation that the task hub does not know is the caller's mistake. @throws {Problem} 400 */
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
