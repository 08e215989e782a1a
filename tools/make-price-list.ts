import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandLine } from "./command-line.ts";
import { ROOT } from "./run.ts";

/** The path of the sample. Running this file writes it again with the same bytes. */
export const SAMPLE_PRICE_LIST = join(ROOT, "samples", "price-lists", "supplier-2027.csv");

const LINES = 2000;
const CRLF = "\r\n";

const PRODUCTS: readonly string[] = [
  "Paper, matt",
  "Paper, glossy",
  'Frame 10" × 12", oak',
  "Frame A4, black",
  "Canvas, cotton",
  "Album, linen",
  "Ink, cyan",
  "Mug, white",
];

/** Typical errors of a real list, by line number. */
const DIRT: Readonly<Record<number, string>> = {
  40: "",
  60: "art-x060,,EUR,no price",
  80: "art-x080,-4.50,EUR,a credit note that slipped in",
  120: "art-x120,n/a,EUR,price on request",
  160: 'art-x160,"12,50",EUR,a comma where a point should be',
  200: "art-x200,19,90,EUR,the same without quotes: a field too many",
  240: "   ",
  280: 'art-x280,"7.25"", EUR,a quote too many',
  320: "art-x320,€ 4.10,EUR,a sign in the price",
  360: "art x360,4.10,EUR,a blank in the sku",
  400: "art-x400,4.10,XAU,paid in gold",
  440: ",,,",
  480: "art-x480,4.10",
  520: "=cmd|' /C calc'!A0,4.10,EUR,no sku but a formula",
  560: 'art-x560,"4.10,EUR,a quote that nobody closes',
  600: "art-x600,1.2.3,EUR,two points",
  640: "",
  680: "art-x680,-0.01,EUR,a cent back",
};

/** Unusual but valid lines. */
const UNUSUAL: Readonly<Record<number, string>> = {
  50: '"art-u050","3.20","EUR","all in quotes"',
  90: "  art-u090 , 3.20 , EUR , blanks around",
  130: "art-u130,3,EUR,no hundredths",
  170: "art-u170,3.2,eur,a currency in lower case",
  210: `art-u210,3.20,EUR,"two${CRLF}lines in one field"`,
  250: 'art-u250,3.20,CHF,"a ""quoted"" word, and a comma"',
};

/** Skus that trigger faults of the sandbox's supplier; see the table of faults in the README. */
const TROUBLE: Readonly<Record<number, string>> = {
  300: "flaky-1-paper,8.10,EUR,fails once",
  500: "flaky-2-frame,8.20,EUR,fails twice",
  700: "refused-album,8.30,EUR,out of the range",
  900: "flaky-1-ink,8.40,EUR,fails once",
  1100: "slow-60-canvas,8.50,EUR,takes a minute",
  1300: "mute-mug,8.60,EUR,works but does not say so",
  1500: "down-paper,8.70,EUR,never works",
};

/** Lines that repeat an earlier line, with the same or another price. */
const REPEATED: Readonly<Record<number, number>> = { 150: 100, 350: 101, 550: 102, 1750: 1001 };
const CONTRADICTORY: Readonly<Record<number, number>> = { 450: 103, 1450: 1002 };

/** A supplier's price list with typical errors: 2,000 lines with a byte order mark, most of them ending with CRLF. */
export function samplePriceList(): string {
  let text = `\uFEFFsku,price,currency,description${CRLF}`;
  for (let line = 2; line <= LINES; line++) {
    const content = lineAt(line);
    text += content + (line % 97 === 0 ? "\n" : CRLF);
    if (content.includes(CRLF)) line += 1;
  }
  return text;
}

function lineAt(line: number): string {
  const special = DIRT[line] ?? UNUSUAL[line] ?? TROUBLE[line];
  if (special !== undefined) return special;
  const again = REPEATED[line];
  if (again !== undefined) return goodLine(again);
  const contradicted = CONTRADICTORY[line];
  return contradicted === undefined ? goodLine(line) : goodLine(contradicted, 1);
}

function goodLine(line: number, addedCents = 0): string {
  const sku = `art-${String(line).padStart(4, "0")}`;
  const price = (((line * 7919) % 9900) + 100 + addedCents) / 100;
  const description = PRODUCTS[line % PRODUCTS.length] ?? "";
  return `${sku},${price.toFixed(2)},EUR,${quoted(description)}`;
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// Node 22 has no import.meta.main.
if (process.argv[1] === import.meta.filename) {
  commandLine(
    "Usage: node tools/make-price-list.ts\n\nWrites samples/price-lists/supplier-2027.csv again.",
    {},
  );
  mkdirSync(dirname(SAMPLE_PRICE_LIST), { recursive: true });
  writeFileSync(SAMPLE_PRICE_LIST, samplePriceList());
  console.log(`Written: ${SAMPLE_PRICE_LIST}`);
}
