import { z } from "zod";
import { IDEMPOTENCY_KEY } from "../http/start.ts";

/** What an endpoint answers when all goes well. */
export interface Answer {
  readonly description: string;
  /** JSON of this schema; none for an empty body. */
  readonly schema?: z.ZodType;
  /** For bodies that are not JSON: their media type. */
  readonly contentType?: string;
  /** Names with descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An endpoint in the words of the API's document; its route, method and name are known already. */
export interface Description {
  readonly tag: string;
  readonly summary: string;
  /** Path parameters; those not named here are any text. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** JSON of this schema. */
  readonly body?: z.ZodType;
  readonly isBodyOptional?: boolean;
  /** For bodies that are not JSON: their media types. */
  readonly bodyTypes?: readonly string[];
  readonly answers: Readonly<Record<number, Answer>>;
  /** Whatever its path names is there, or comes to be: no 404. */
  readonly isNeverMissing?: boolean;
  /** Statuses of problems beside those that follow from the rest: 400, 401, 404, 408, 412, 413, 415, 500, 503. */
  readonly problems?: readonly number[];
}

/** Descriptions by the names of their endpoints. */
export type Descriptions = Readonly<Record<string, Description>>;

/** Header that makes a start safe to repeat; with it comes the 422. */
export const idempotencyKey = {
  "Idempotency-Key": z
    .string()
    .regex(IDEMPOTENCY_KEY)
    .optional()
    .describe("The same key with the same body is the same request: nothing is started twice"),
};
