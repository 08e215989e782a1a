import type { AppFunction } from "../app/app-function.ts";
import type { InvocationResponse } from "../app/worker-types.ts";

/**
 * Writes what a function handed to its output bindings; returns what went wrong, which was logged then.
 *
 * @param data makes what names and paths may refer to
 */
export type OutputWriter = (
  fn: AppFunction,
  response: InvocationResponse,
  data: () => Readonly<Record<string, unknown>>,
) => Promise<Error | undefined>;
