import type { Target } from "./target.ts";

/** Changes what an app writes about itself: its address becomes the console's, and keys disappear. */
export class Redaction {
  readonly #own: string;
  readonly #base: RegExp;
  readonly #key: RegExp | undefined;
  readonly #longestKey: number;

  /** @param own address of the console */
  constructor({ base, key }: Target, own: string) {
    this.#own = own;
    const { host, pathname } = new URL(base);
    const path = pathname === "/" ? "" : escaped(pathname);
    // In JSON of .NET a slash may be escaped; behind a load balancer the app may think that it is on http.
    this.#base = new RegExp(`https?:(?:\\\\?/){2}${escaped(host)}${path}(?=\\\\?/(?:api|runtime)\\b)`, "gi");
    const forms = Array.from(key ?? "", formsOf);
    this.#key = forms.length === 0 ? undefined : new RegExp(forms.map(anyOf).join(""), "g");
    this.#longestKey = forms.length * ESCAPE_LENGTH;
  }

  apply(text: string): string {
    const result = text.replaceAll(this.#base, this.#own).replaceAll(CODE, "$1***");
    return this.#key === undefined ? result : result.replaceAll(this.#key, "***");
  }

  /** Only without the key, whose bytes become as many stars: in a file, what comes later must stay where it is. */
  async *applyToBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    if (this.#key === undefined) return yield* chunks;
    // A character for each byte. The end may be the begin of a key, and waits for the next chunk.
    let held = "";
    for await (const chunk of chunks) {
      const bytes = (held + chunk.toString("latin1")).replaceAll(this.#key, stars);
      const end = Math.max(0, bytes.length - this.#longestKey + 1);
      held = bytes.slice(end);
      if (end > 0) yield Buffer.from(bytes.slice(0, end), "latin1");
    }
    yield Buffer.from(held, "latin1");
  }
}

const escaped = (text: string): string => text.replaceAll(/\W/g, String.raw`\$&`);

const stars = ({ length }: string): string => "*".repeat(length);

const ESCAPE_LENGTH = String.raw`\u0000`.length;

/** A character of a key as it is, in an address, and in JSON, where any character may be escaped. */
function formsOf(char: string): readonly string[] {
  const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
  const codes = [hex, hex.toUpperCase()];
  return [char, `\\${char}`, ...codes.flatMap((code) => [`%${code}`, String.raw`\u00${code}`])];
}

const anyOf = (forms: readonly string[]): string => `(?:${forms.map(escaped).join("|")})`;

/** The value of `code` in an address of the management API, also where the ampersand is escaped. */
const CODE = /(durabletask[^\s"'<>]*?(?:[?&;]|\\u0026)code=)[^&\s"'<>\\]+/gi;
