/**
 * What a spreadsheet would run as a formula. Full-width forms are among them, and blanks before the sign do not
 * protect everywhere.
 */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/**
 * One line of a CSV file (RFC 4180), CRLF included. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front, which is how spreadsheets mark a text as text (CSV injection). Numbers stay numbers.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(cell) : textCell(cell))).join(",")}\r\n`;
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
