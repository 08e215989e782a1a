import { z } from "zod";
import { continuationToken } from "../../http/query.ts";

export const sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Must be 1 to 64 of a-z, 0-9 and -, no dash first");

export const salesPath = z.object({ sku });
export const salesQuery = z.strictObject({ continuation: continuationToken });
