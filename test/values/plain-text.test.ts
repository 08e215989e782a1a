import { expect, test } from "vitest";
import { plainText } from "../../src/values.ts";

test.each(["\u200B", "\u00AD\u200D", " \u2060 ", "\u3164", "\uFE0F"])(
  "text of characters that cannot be seen is refused: %j",
  (text) => {
    expect(plainText(10).safeParse(text).error?.issues).toHaveLength(1);
  },
);

test.each(["a\u200Db", "soft\u00ADhyphen", "\u{1F469}\u200D\u{1F4BB}", "\u00E9"])(
  "text with such characters in it is taken as it is: %j",
  (text) => {
    expect(plainText(20).parse(text)).toBe(text);
  },
);

test("empty text has one error", () => {
  expect(plainText(10).safeParse("  ").error?.issues).toHaveLength(1);
});
