import { AppError } from "../app/app-error.ts";

/** The blobs of a blob trigger: all of a container, one blob, or those whose names match `{...}`. */
export class BlobPattern {
  readonly container: string;
  readonly #path: RegExp | undefined;
  readonly #names: readonly string[];

  /** @throws {AppError} when the Functions host would refuse the path */
  constructor(text: string) {
    const [container = "", ...rest] = text.split("/");
    const name = rest.join("/");
    if (container === "" || (rest.length > 0 && name === "") || container.includes("\\")) {
      throw new AppError(`The path "${text}" of a blob trigger must be a container, or container/blob.`);
    }
    if (container.includes("{")) {
      throw new AppError(`The path "${text}" of a blob trigger must name its container: no {...} there.`);
    }
    if (!/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$|^\$(?:root|web|logs)$/.test(container)) {
      throw new AppError(
        `"${container}" is not a container name: use 3 to 63 of a-z, 0-9 and single hyphens.`,
      );
    }
    this.container = container;
    const pieces = name.split(/\{([^{}]*)\}/);
    // The text after a colon is a format, which does not affect the match.
    this.#names = pieces.filter((_, index) => index % 2 === 1).map((piece) => piece.replace(/:.*$/, ""));
    const wrong = this.#names.find((piece) => !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(piece));
    if (wrong !== undefined) {
      throw new AppError(`"${wrong}" in the path "${text}" is not a valid name for a part of it.`);
    }
    this.#path = name === "" ? undefined : fitting(pieces);
  }

  /** The parts of a blob's name by their names in the pattern; `undefined` if it does not match. */
  match(blob: string): Readonly<Record<string, string>> | undefined {
    if (this.#path === undefined) return {};
    const found = this.#path.exec(blob);
    if (found === null) return undefined;
    return Object.fromEntries(this.#names.map((name, index) => [name, found[index + 1] ?? ""]));
  }
}

/** Greedy, and across slashes, as in the Functions host. */
function fitting(pieces: readonly string[]): RegExp {
  const parts = pieces.map((piece, index) =>
    index % 2 === 1 ? "(.*)" : piece.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`),
  );
  return new RegExp(`^${parts.join("")}$`, "u");
}
