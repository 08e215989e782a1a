/** What the pictures of the reports share. They are readable on light and on dark pages. */
export const TEXT_STYLE = "text { font: 13px system-ui, sans-serif; fill: #333 }";
export const TEXT_ON_DARK = "text { fill: #ddd }";

export function picture(
  [width, height]: readonly [number, number],
  title: string,
  style: string,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

export function label(left: number, top: number, text: string, anchor = "middle", kind = ""): string {
  const of = kind === "" ? "" : ` class="${kind}"`;
  return `<text${of} x="${at(left)}" y="${at(top)}" text-anchor="${anchor}">${escape(text)}</text>`;
}

export const at = (value: number) => value.toFixed(1);
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
