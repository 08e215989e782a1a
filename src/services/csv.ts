/**
 * Text that a spreadsheet would run as a formula. Full-width signs are included, and leading blanks do not prevent it
 * in every program.
 */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/** A number that is written with all of its digits. */
export interface Decimal {
  readonly decimal: string;
}

/**
 * One line of a CSV file (RFC 4180), CRLF included. Against CSV injection, a text that a spreadsheet would run as a
 * formula gets a leading apostrophe, which marks it as text. Numbers stay numbers.
 */
export function csvLine(cells: readonly (string | number | Decimal)[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

function cellOf(cell: string | number | Decimal): string {
  if (typeof cell === "string") return textCell(cell);
  return typeof cell === "number" ? String(cell) : cell.decimal;
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
