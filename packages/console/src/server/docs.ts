import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MarkdownIt } from "markdown-it";

const EXTENSION = ".md";
/** Where the pages are, in the app's folder. */
const FOLDER = "docs/patterns";
const SOURCE = /\.[cm]?[jt]sx?$/;

/** The pages in the app's folder `docs/patterns`, as HTML without scripts, styles and images. */
export class Docs {
  /** Names of the pages, sorted. */
  readonly names: readonly string[];
  readonly #app: string;
  readonly #linked = new Set<string>();
  #markdown: MarkdownIt | undefined;

  /** @param app its folder */
  constructor(app: string) {
    this.#app = app;
    const folder = path.join(app, FOLDER);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    this.names = files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => path.basename(file, EXTENSION))
      .sort();
  }

  /** Undefined if there is no such page. */
  async html(name: string): Promise<string | undefined> {
    if (!this.names.includes(name)) return undefined;
    this.#markdown ??= await this.#parser();
    return this.#markdown.render(readFileSync(path.join(this.#app, FOLDER, `${name}${EXTENSION}`), "utf8"));
  }

  /** The app's source files that its pages link to. */
  async linkedSources(): Promise<readonly string[]> {
    await Promise.all(this.names.map((name) => this.html(name)));
    return [...this.#linked];
  }

  /** HTML in the text is escaped. The library is loaded here, because a host must start fast without a page. */
  async #parser(): Promise<MarkdownIt> {
    const { default: markdownIt } = await import("markdown-it");
    const parser = markdownIt({ html: false }).disable("image");
    parser.renderer.rules["link_open"] = (tokens, i) => this.#link(String(tokens[i]?.attrGet("href") ?? ""));
    return parser;
  }

  /** The page draws a link without a target as text. */
  #link(href: string): string {
    if (/^https?:\/\//i.test(href)) {
      return `<a href="${escaped(href)}" target="_blank" rel="noreferrer noopener">`;
    }
    const file = path.posix.join(FOLDER, decoded(href.replace(/[?#].*$/, "")));
    const page = path.posix.basename(file, EXTENSION);
    if (file === `${FOLDER}/${page}${EXTENSION}` && this.names.includes(page)) {
      return `<a href="#/learn/${encodeURIComponent(page)}">`;
    }
    if (!SOURCE.test(file) || file.startsWith("..") || !existsSync(path.join(this.#app, file))) return "<a>";
    this.#linked.add(file);
    return `<a href="#/source/${encodeURIComponent(file)}">`;
  }
}

const escaped = (text: string) => text.replace(/["&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
