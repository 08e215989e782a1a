import { expect, test } from "vitest";
import { jsonNet, rewriteJson } from "../../src/json-net.ts";

test.each([
  ["a\u0085b\u2028c\u2029d", String.raw`"a\u0085b\u2028c\u2029d"`],
  [{ "\u2028": "ä </a> \u007F" }, String.raw`{"\u2028":"ä </a> ${"\u007F"}"}`],
  ['1e+21 "1.50" \\', String.raw`"1e+21 \"1.50\" \\"`],
  [[0, -7, 1.25, -0.001, 9007199254740991], "[0,-7,1.25,-0.001,9007199254740991]"],
  [[1e21, -1.5e300, 1e-7, 0.00001, 0.0001], "[1E+21,-1.5E+300,1E-07,1E-05,0.0001]"],
  [[1234567890123456.5, 123456789012345.5], "[1.2345678901234565E+15,123456789012345.5]"],
  [{ a: null, b: [true, {}] }, '{"a":null,"b":[true,{}]}'],
])("%j is written as in Json.NET", (value, text) => {
  expect(jsonNet(value)).toBe(text);
  expect(JSON.parse(jsonNet(value))).toEqual(value);
});

test.each([
  [' { "a" :\t[ 1 , 2.50 ] }\r\n', '{"a":[1,2.5]}'],
  ["12345678901234567890", "12345678901234567890"],
  ["1.0", "1.0"],
  ["-1E3", "-1000.0"],
  [String.raw`"\u00e4\/ \u2028"`, String.raw`"ä/ \u2028"`],
])("%j becomes %j", (text, rewritten) => {
  expect(rewriteJson(text)).toBe(rewritten);
});
