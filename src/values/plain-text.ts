import { z } from "zod";

/**
 * A line of text that a caller sends and that ends in a mail, on a page, on a label or in a list of instances. A
 * control character could start a new line or header there, and one that turns the direction of writing could make
 * it read as something else: such are refused. Blanks around the text are dropped.
 */
export const plainText = (longest: number) =>
  z
    .string()
    .regex(
      /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u,
      "Must not have control characters, nor such as change the direction of writing",
    )
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => text === "" || VISIBLE.test(text), "Must have characters that can be seen");

/** Neither a blank nor one that is not drawn at all, as a zero-width space or a soft hyphen. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}]/u;
