import { at, label, picture, TEXT_ON_DARK, TEXT_STYLE } from "./svg.ts";

export interface Bar {
  readonly name: string;
  /** Undefined if there is none; then `text` says why. */
  readonly value: number | undefined;
  readonly text: string;
  readonly isOurs: boolean;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 900;
const [NAME_WIDTH, BAR_WIDTH] = [270, 380];
const [TITLE_HEIGHT, BAR_HEIGHT, GAP] = [34, 22, 14];
const STYLE = `
  ${TEXT_STYLE} rect { fill: #8aa4b8 } rect.ours { fill: #1f77b4 } .title { font-weight: 600 }
  .grid { stroke: #8884 }
  @media (prefers-color-scheme: dark) {
    ${TEXT_ON_DARK} rect { fill: #5f7587 } rect.ours { fill: #6cb4ee }
  }`;

const SCALE =
  "Logarithmic: ten times the value is one step to the right, from one vertical line to the next.";

/** An SVG picture of panels of bars with a logarithmic scale; it says so, and has a line at each power of ten. */
export function barsOf(title: string, panels: readonly Panel[]): string {
  let top = TITLE_HEIGHT;
  const parts = panels.flatMap((panel) => {
    const begin = top;
    top += TITLE_HEIGHT + panel.bars.length * BAR_HEIGHT + GAP;
    const values = panel.bars.map(({ value = 0 }) => value).filter((value) => value > 0);
    const low = Math.floor(Math.log10(Math.min(...values)) - 0.3);
    const high = Math.log10(Math.max(...values));
    const width = (value: number) => (value > 0 ? ((Math.log10(value) - low) / (high - low)) * BAR_WIDTH : 0);
    const bottom = begin + TITLE_HEIGHT + panel.bars.length * BAR_HEIGHT;
    const powers = Array.from({ length: Math.floor(high) - low }, (_, step) => low + 1 + step);
    return [
      label(8, begin + 20, panel.title, "start", "title"),
      ...powers.map((power) => {
        const x = at(NAME_WIDTH + 10 + width(10 ** power));
        return `<line class="grid" x1="${x}" y1="${begin + TITLE_HEIGHT}" x2="${x}" y2="${bottom}"/>`;
      }),
      ...panel.bars.flatMap(({ name, value = 0, text, isOurs }, index) => {
        const y = begin + TITLE_HEIGHT + index * BAR_HEIGHT;
        const length = width(value);
        return [
          label(NAME_WIDTH, y + 15, name, "end"),
          `<rect${isOurs ? ' class="ours"' : ""} x="${NAME_WIDTH + 10}" y="${at(y + 3)}" width="${at(length)}" height="${BAR_HEIGHT - 6}"/>`,
          label(NAME_WIDTH + 18 + length, y + 15, text, "start"),
        ];
      }),
    ];
  });
  return picture([WIDTH, top], title, STYLE, [label(8, 20, SCALE, "start"), ...parts]);
}
