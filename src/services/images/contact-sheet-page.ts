import { CELL_PICTURE_WIDTH, type ContactSheet, type ContactSheetCell } from "./image-renderer.ts";

/** The layout of a contact sheet, in pixels. */
export const PICTURE = { width: CELL_PICTURE_WIDTH, height: 180 };
const MARGIN = 48;
const GAP = 24;
const CARD_PADDING = 10;
const CARD_WIDTH = PICTURE.width + 2 * CARD_PADDING;
const TITLE_HEIGHT = 92;
const CAPTION_HEIGHT = 30;
const CAPTION_LENGTH = 31;
const REASON_LENGTH = 28;

const FONT = `font-family="Inter, Helvetica, Arial, 'DejaVu Sans', 'Liberation Sans', sans-serif"`;
const INK = "#24211d";
const FAINT = "#7a746a";
const PAPER = "#f4f1ec";
const ALARM = "#b3261e";

/** A contact sheet without its pictures, and the positions of the pictures, one for each cell with a picture. */
export interface ContactSheetPage {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly places: readonly {
    readonly load: () => Promise<Uint8Array>;
    readonly left: number;
    readonly top: number;
  }[];
}

/** @param hasText false on a machine without fonts: areas for text are omitted */
export function contactSheetLayout(sheet: ContactSheet, hasText: boolean): ContactSheetPage {
  const columns = columnsFor(sheet.cells.length);
  const rows = Math.max(1, Math.ceil(sheet.cells.length / columns));
  const top = hasText ? MARGIN + TITLE_HEIGHT : MARGIN;
  const cardHeight = PICTURE.height + 2 * CARD_PADDING + (hasText ? CAPTION_HEIGHT : 0);
  const width = 2 * MARGIN + columns * (CARD_WIDTH + GAP) - GAP;
  const height = top + rows * (cardHeight + GAP) - GAP + MARGIN;
  const cards = sheet.cells.map((cell, index) => ({
    cell,
    left: MARGIN + (index % columns) * (CARD_WIDTH + GAP),
    top: top + Math.floor(index / columns) * (cardHeight + GAP),
  }));
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    hasText ? titleSvg(sheet, width - 2 * MARGIN) : "",
    ...cards.map(({ cell, left, top }) => cardSvg(cell, { left, top, height: cardHeight }, hasText)),
    "</svg>",
  ].join("");
  const places = cards.flatMap(({ cell, left, top }) =>
    cell.kind === "picture" ? [{ load: cell.load, left: left + CARD_PADDING, top: top + CARD_PADDING }] : [],
  );
  return { svg, width, height, places };
}

/** About as wide as a screen: few photos in one row, many on a page that is slightly wider than tall. */
function columnsFor(count: number): number {
  return count <= 4 ? Math.max(3, count) : Math.min(10, Math.max(4, Math.round(Math.sqrt(count * 1.2))));
}

/** A long title gets a smaller font: letters of a bold sans-serif font are about 0.62 of the font size wide. */
function titleSvg({ title, subtitle }: ContactSheet, width: number): string {
  const size = Math.min(34, Math.floor(width / (title.length * 0.62)));
  return (
    `<text x="${MARGIN}" y="${MARGIN + 30}" ${FONT} font-size="${size}" font-weight="bold" fill="${INK}">${escapeXml(title)}</text>` +
    `<text x="${MARGIN}" y="${MARGIN + 62}" ${FONT} font-size="18" fill="${FAINT}">${escapeXml(subtitle)}</text>`
  );
}

function cardSvg(
  cell: ContactSheetCell,
  at: { readonly left: number; readonly top: number; readonly height: number },
  hasText: boolean,
): string {
  const missing = cell.kind === "missing";
  const middle = at.left + CARD_WIDTH / 2;
  const card =
    `<rect x="${at.left + 0.5}" y="${at.top + 0.5}" width="${CARD_WIDTH - 1}" height="${at.height - 1}" rx="6"` +
    ` fill="${missing ? "#fdf3f2" : "#ffffff"}" stroke="${missing ? "#e3b5b1" : "#e2ddd4"}"/>`;
  const caption = hasText
    ? `<text x="${middle}" y="${at.top + at.height - 15}" ${FONT} font-size="13" text-anchor="middle"` +
      ` fill="${missing ? ALARM : INK}">${escapeXml(shorten(cell.caption))}</text>`
    : "";
  return card + (missing ? missingSvg(cell.reason, middle, at.top, hasText) : "") + caption;
}

/** A cross above the reason. It is drawn as lines, so that it needs no font. */
function missingSvg(reason: string, middle: number, top: number, hasText: boolean): string {
  const y = top + CARD_PADDING + (hasText ? 50 : PICTURE.height / 2);
  const cross =
    `<circle cx="${middle}" cy="${y}" r="20" fill="none" stroke="${ALARM}" stroke-width="3"/>` +
    `<path d="M${middle - 7} ${y - 7} l14 14 m0 -14 l-14 14" stroke="${ALARM}" stroke-width="3" stroke-linecap="round"/>`;
  if (!hasText) return cross;
  const lines = wrap(reason).map(
    (line, index) =>
      `<text x="${middle}" y="${y + 50 + index * 19}" ${FONT} font-size="13" text-anchor="middle" fill="${FAINT}">${escapeXml(line)}</text>`,
  );
  return cross + lines.join("");
}

/** Shortened in the middle, because file names of cameras differ at the end. */
function shorten(name: string): string {
  if (name.length <= CAPTION_LENGTH) return name;
  const tail = 12;
  return `${name.slice(0, CAPTION_LENGTH - tail - 1)}…${name.slice(-tail)}`;
}

/** At most four lines, broken between words where there are any. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((word) => word.match(/.{1,28}/g) ?? [])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= REASON_LENGTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.length <= 4 ? lines : [...lines.slice(0, 3), `${lines[3]}…`];
}

/** XML does not allow most control characters, not even escaped: they become spaces. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
