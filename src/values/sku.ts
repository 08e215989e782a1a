import { z } from "zod";

/** The id of a product that the shop sells. */
export const sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Must be 1 to 64 of a-z, 0-9 and -, no dash first");
