import { expect, test } from "vitest";
import { plainText } from "../../src/values.ts";

test.each(["\u200B", "\u00AD\u200D", " \u2060 ", "\u3164", "\uFE0F"])(
  "text with only invisible characters is refused: %j",
  (text) => {
    expect(plainText(10).safeParse(text).error?.issues).toHaveLength(1);
  },
);

test.each(["a\u200Db", "soft\u00ADhyphen", "\u{1F469}\u200D\u{1F4BB}", "\u00E9"])(
  "text that also contains visible characters is accepted unchanged: %j",
  (text) => {
    expect(plainText(20).parse(text)).toBe(text);
  },
);

test("empty text has one error", () => {
  expect(plainText(10).safeParse("  ").error?.issues).toHaveLength(1);
});
