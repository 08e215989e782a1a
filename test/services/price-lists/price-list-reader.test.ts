import { createReadStream, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { headingProblem, readPriceList } from "../../../src/services/price-lists/price-list-reader.ts";
import { SAMPLE_PRICE_LIST, samplePriceList } from "../../../tools/make-price-list.ts";

const HEADING = "sku,price,currency";

/** In chunks of this many bytes, as they may arrive over a network. */
async function* pieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Each line in a short form: `2 a 100 EUR` or `2 !reason`. */
async function read(text: string, size?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const item of readPriceList(pieces(text, size))) {
    if (item.kind === "invalid") lines.push(`${item.line.line} !${item.line.reason}`);
    else {
      lines.push(`${item.line.line} ${item.line.sku} ${item.line.price.value} ${item.line.price.currency}`);
    }
  }
  return lines;
}

describe("a price list is read", () => {
  test.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("with lines that end in %s, with and without one at the end, in pieces of any size", async (_, end) => {
    for (const last of ["", end]) {
      for (const size of [1, 2, 3, 1000]) {
        const text = [HEADING, "a,1.00,EUR", "", "b,2.5,EUR"].join(end) + last;
        expect(await read(text, size)).toEqual(["2 a 100 EUR", "4 b 250 EUR"]);
      }
    }
  });

  test.each([
    ["a byte order mark", `\uFEFF${HEADING}\na,1.00,EUR`, ["2 a 100 EUR"]],
    ["columns in another order", "currency,SKU,note,Price\nEUR,a,x,1", ["2 a 100 EUR"]],
    ["everything in quotes", '"sku","price","currency"\n"a","1.00","EUR"', ["2 a 100 EUR"]],
    ["commas in a field", `note,${HEADING}\n"x, y",a,1,EUR`, ["2 a 100 EUR"]],
    [
      "quotes in a field",
      `note,${HEADING}\n"x ""y""",a,1,EUR\n10" print,b,1,EUR`,
      ["2 a 100 EUR", "3 b 100 EUR"],
    ],
    ["lines in a field", `note,${HEADING}\n"x\ny\nz",a,1,EUR\n,b,1,EUR`, ["2 a 100 EUR", "5 b 100 EUR"]],
    ["blanks around fields", `${HEADING}\n a , 1.00 , eur `, ["2 a 100 EUR"]],
    ["blank lines", `${HEADING}\n\n   \n,,\na,1,EUR\n\n`, ["5 a 100 EUR"]],
    ["nothing but a heading", HEADING, []],
    [
      "cents that floating point cannot represent",
      `${HEADING}\na,1.15,EUR\nb,0.29,EUR\nc,0,EUR`,
      ["2 a 115 EUR", "3 b 29 EUR", "4 c 0 EUR"],
    ],
  ])("with %s", async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  test.each([
    ["a,-1.00,EUR", "the price is negative"],
    ["a,,EUR", "the price must be a number"],
    ["a,n/a,EUR", "the price must be a number"],
    ['a,"1,50",EUR', "the price must be a number"],
    ["a,1.234,EUR", "the price must be a number"],
    ["a,1e3,EUR", "the price must be a number"],
    ["a,99999999999,EUR", "the price must be a number"],
    ["a,1,50,EUR", "it has 4 fields where the heading has 3"],
    ["a,1", "it has 2 fields where the heading has 3"],
    ["a,1,XXX", "the currency must be one of"],
    ["a b,1,EUR", "the sku must be"],
    [",1,EUR", "the sku must be"],
    [`${"a".repeat(65)},1,EUR`, "the sku must be"],
    ["../a,1,EUR", "the sku must be"],
    ['"a"b,1,EUR', "its quotes do not match"],
    ['a,"1,EUR', "its quotes do not match"],
  ])("and the line %s is invalid, but not the lines around it", async (line, reason) => {
    const [before, invalid, after] = await read(`${HEADING}\nx,1,EUR\n${line}\ny,2,EUR`);
    expect(before).toBe("2 x 100 EUR");
    expect(invalid).toContain(`3 !${reason}`);
    expect(after).toBe("4 y 200 EUR");
  });

  test("and one quote that is never closed affects only one line", async () => {
    const lines = Array.from({ length: 20 }, (_, index) =>
      index % 4 ? `s${index},1,EUR` : `"s${index}","1",EUR`,
    );
    const result = await read([HEADING, 'a,"1,EUR', ...lines].join("\n"));
    expect(result).toHaveLength(21);
    expect(result.filter((line) => line.includes("!"))).toEqual(["2 !its quotes do not match"]);
  });

  test("and a record has at most five lines", async () => {
    const record = (lines: number) => `"${"a\n".repeat(lines - 1)}a",x,1,EUR`;
    const list = [`note,${HEADING}`, record(5), record(6), ",y,2,EUR"].join("\n");
    const [five, six, ...others] = await read(list);
    expect([five, six]).toEqual(["2 x 100 EUR", "7 !its quotes do not match"]);
    // The lines of the longer one are read by themselves.
    expect(others.map((line) => line.slice(0, 4))).toEqual(["8 !i", "9 !i", "10 !", "11 !", "12 x", "13 y"]);
  });

  test("and the shown part of an invalid line is short and has no control characters", async () => {
    for await (const { kind, line } of readPriceList(
      pieces(`${HEADING}\n"a\u0000\nb",${"9".repeat(500)},EUR`),
    )) {
      expect(kind).toBe("invalid");
      expect(line).toMatchObject({ sku: "a  b", price: "9".repeat(100) });
    }
  });
});

test.each([
  "",
  "sku,price",
  "sku,price,currency,price",
  "sku;price;currency",
  'sku,"price,currency',
  "a,1.00,EUR",
])("the heading %j is a problem", (heading) => {
  expect(headingProblem(heading)).toContain("must name the columns");
});

describe("the sample", () => {
  test("is the output of its script", () => {
    expect(readFileSync(SAMPLE_PRICE_LIST, "utf8")).toBe(samplePriceList());
  });

  test("has 2,000 lines, some of them invalid", async () => {
    expect(samplePriceList().split("\n")).toHaveLength(2001);
    const kinds = { valid: 0, invalid: 0 };
    for await (const { kind } of readPriceList(createReadStream(SAMPLE_PRICE_LIST))) kinds[kind] += 1;
    expect(kinds).toEqual({ valid: 1980, invalid: 14 });
  });
});
