import { z } from "zod";
import { plainText } from "../../values/plain-text.ts";

const matching = (pattern: RegExp, message: string) => z.string().regex(pattern, message);

const orderLine = z.strictObject({
  sku: matching(/^[a-z0-9][a-z0-9-]{0,63}$/, "Must be 1 to 64 of a-z, 0-9 and -, no dash first"),
  quantity: z.int().min(1).max(100),
});

/** What a customer sends to order something. */
export const orderRequest = z.strictObject({
  customer: z.strictObject({ name: plainText(100), email: z.email().max(254) }),
  shipTo: z.strictObject({
    name: plainText(100),
    street: plainText(200),
    postalCode: matching(
      /^[A-Za-z0-9][A-Za-z0-9 -]{1,9}$/,
      "Must be 2 to 10 letters, digits, spaces, dashes",
    ),
    city: plainText(100),
    country: matching(/^[A-Z]{2}$/, "Must be an ISO 3166 alpha-2 code in upper case"),
  }),
  lines: z.array(orderLine).min(1).max(50),
  payment: z.strictObject({
    /** A well-formed token that the card processor does not know is declined, as a wrong card number is. */
    token: matching(/^tok_[a-z0-9_]{1,40}$/, "Must be tok_ and 1 to 40 of a-z, 0-9 and _"),
  }),
});

export type OrderRequest = z.infer<typeof orderRequest>;
