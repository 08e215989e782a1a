import { z } from "zod";
import { IDEMPOTENCY_KEY } from "../http/start.ts";

/** A successful response of an endpoint. */
export interface Answer {
  readonly description: string;
  /** Schema of the JSON body; absent for an empty body. */
  readonly schema?: z.ZodType;
  /** Media type of a body that is not JSON. */
  readonly contentType?: string;
  /** Names with descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The description of an endpoint in the OpenAPI document, besides its route, method and name. */
export interface Description {
  readonly tag: string;
  readonly summary: string;
  /** Path parameters; others are plain strings. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** Schema of the JSON body. */
  readonly body?: z.ZodType;
  readonly isBodyOptional?: boolean;
  /** Media types of a body that is not JSON. */
  readonly bodyTypes?: readonly string[];
  /** A body that works in the sandbox: JSON, else the text of the first media type. */
  readonly sample?: unknown;
  readonly answers: Readonly<Record<number, Answer>>;
  /** The resource always exists or is created, so there is no 404. */
  readonly isNeverMissing?: boolean;
  /** Statuses of problems, except those that follow from the rest: 400, 401, 404, 408, 412, 413, 415, 500, 503. */
  readonly problems?: readonly number[];
}

/** Descriptions by endpoint name. */
export type Descriptions = Readonly<Record<string, Description>>;

/** Header that makes a start safe to repeat; it adds the 422 to the problems. */
export const idempotencyKey = {
  "Idempotency-Key": z
    .string()
    .regex(...IDEMPOTENCY_KEY)
    .optional()
    .describe("Requests with the same key and the same body are the same request: nothing is started twice"),
};
