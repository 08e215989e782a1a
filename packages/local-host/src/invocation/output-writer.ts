import type { AppFunction } from "../app/app-function.ts";
import type { InvocationResponse } from "../app/worker-types.ts";

/**
 * Writes the values of a function's output bindings; returns the failure, which has been logged.
 *
 * @param data creates the values that names and paths may refer to
 */
export type OutputWriter = (
  fn: AppFunction,
  response: InvocationResponse,
  data: () => Readonly<Record<string, unknown>>,
) => Promise<Error | undefined>;
