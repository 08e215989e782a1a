import type { AppFunction, NamedBinding } from "../app/app-function.ts";
import type { TypedData } from "../app/typed-data.ts";

/** Reads the values of input bindings before a function is called. */
export interface InputReader {
  /** Whether this is one of its bindings. */
  reads(input: NamedBinding): boolean;
  /**
   * @param data values that names and paths may refer to
   * @returns undefined if it does not exist
   */
  read(
    fn: AppFunction,
    input: NamedBinding,
    data: Readonly<Record<string, unknown>>,
  ): Promise<TypedData | undefined>;
}
