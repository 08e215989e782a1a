import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MarkdownIt } from "markdown-it";

const EXTENSION = ".md";

/** The pages in the app's folder `docs/patterns`, as HTML without scripts, styles and images. */
export class Docs {
  /** Names of the pages, sorted. */
  readonly names: readonly string[];
  readonly #folder: string;
  #markdown: MarkdownIt | undefined;

  /** @param app its folder */
  constructor(app: string) {
    this.#folder = path.join(app, "docs", "patterns");
    const files = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    this.names = files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => path.basename(file, EXTENSION))
      .sort();
  }

  /** Undefined if there is no such page. */
  async html(name: string): Promise<string | undefined> {
    if (!this.names.includes(name)) return undefined;
    this.#markdown ??= await markdown();
    return this.#markdown.render(readFileSync(path.join(this.#folder, `${name}${EXTENSION}`), "utf8"));
  }
}

/** HTML in the text is escaped. The library is loaded here, because a host must start fast without a page. */
async function markdown(): Promise<MarkdownIt> {
  const { default: markdownIt } = await import("markdown-it");
  const parser = markdownIt({ html: false }).disable("image");
  parser.renderer.rules["link_open"] = (tokens, i) => linkSource(String(tokens[i]?.attrGet("href") ?? ""));
  return parser;
}

/** Links to files of the repository lead nowhere in the console. */
function linkSource(href: string): string {
  const isOutside = /^https?:\/\//i.test(href);
  const escaped = href.replace(/["&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return isOutside ? `<a href="${escaped}" target="_blank" rel="noreferrer noopener">` : "<a>";
}
