import { expect, test } from "vitest";
import { csvLine } from "../../src/services/csv.ts";

test("cells are separated by commas, and the line ends with CRLF", () => {
  expect(csvLine(["mug-300", 3, "EUR"])).toBe("mug-300,3,EUR\r\n");
});

test.each([
  ["a,b", '"a,b"'],
  ['10" mug', '"10"" mug"'],
  ["two\nlines", '"two\nlines"'],
  ["", ""],
])("quotes %j where RFC 4180 requires it", (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`);
});

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tcmd", "'\tcmd"],
  ["\rcmd", `"'\rcmd"`],
  ["  =1+1", "'  =1+1"],
  ["＝1+1", "'＝1+1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['",=1+1', `""",=1+1"`],
])("escapes the text %j for spreadsheets", (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`);
});

test("numbers stay numbers, also negative ones", () => {
  expect(csvLine([-5, 1.5])).toBe("-5,1.5\r\n");
});
