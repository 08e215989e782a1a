import { z } from "zod";
import { isoDuration } from "../../durable/orchestration/duration.ts";
import { currencyCode } from "../../values/money.ts";
import { plainText } from "../../values/plain-text.ts";

/** What a caller sends to have money given back. */
export const refundRequest = z.strictObject({
  orderId: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
      "Must be 1 to 100 of A-Z, a-z, 0-9, _ and -, letter or digit first",
    ),
  amount: z.strictObject({
    value: z.int().min(1).max(100_000_000).describe("No more than is left of what the order was charged"),
    currency: currencyCode.describe("In which the order was charged"),
  }),
  reason: plainText(500),
  approver: z.email().max(254),
  /** Who is asked when the approver does not decide in time. */
  escalateTo: z.email().max(254),
  /** How long the approver has. */
  deadline: isoDuration("PT1S", "P365D").optional(),
});

export type RefundRequest = z.infer<typeof refundRequest>;

/** An approver's word. `id` is made anew for each one that is handed in: whoever did so knows theirs again. */
export const decision = z.strictObject({ id: z.string().max(64), choice: z.enum(["approve", "reject"]) });

export const decisionTaken = decision.extend({ by: z.string() });

/** What a refund that starts again keeps of its former run. */
const formerRounds = z.strictObject({
  begunAt: z.iso.datetime(),
  /** When the second round began. */
  escalatedAt: z.iso.datetime().optional(),
  decision: decisionTaken.optional(),
});
export type FormerRounds = z.infer<typeof formerRounds>;

/** The same with all that the process needs: input of the orchestration. */
export const refundCase = refundRequest.required().extend({
  /** Where approvers reach this app. */
  origin: z.url({ protocol: /^https?$/ }).max(300),
  former: formerRounds.optional(),
  /** It starts again after it was found within the limit. */
  isWithinLimit: z.literal(true).optional(),
});

export type RefundCase = z.infer<typeof refundCase>;

/** Query of a decision link: without a token it opens nothing, and is no other link than one with a wrong token. */
export const decisionQuery = z.strictObject({
  token: z.string().default("").describe("From the link in the approver's mail"),
});

export type Choice = z.infer<typeof decision>["choice"];
