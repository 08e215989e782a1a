import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { answerError } from "./answer.ts";

/** The same from `src/` and from `dist/`. */
const FOLDER = fileURLToPath(new URL("../../dist/page", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Made when a browser first asks for it. */
  compressed?: Buffer;
  readonly cacheControl: string;
}

/**
 * The built page. All of its files are read once, so no address can name another file. Their names have a hash of their
 * content, except for `index.html`.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;

  constructor() {
    const entries = readdirSync(FOLDER, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    this.#files = new Map(
      files.map((file) => [path.relative(FOLDER, file).replaceAll(path.sep, "/"), readPageFile(file)]),
    );
  }

  serve(name: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.get(name);
    if (file === undefined) {
      answerError(response, 404, "The console has nothing at this address.");
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      answerError(response, 405, "Only GET is allowed here.");
      return;
    }
    const isCompressed = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const body = isCompressed ? (file.compressed ??= gzipSync(file.bytes)) : file.bytes;
    response.writeHead(200, {
      "content-type": file.type,
      "content-length": body.length,
      "cache-control": file.cacheControl,
      vary: "accept, accept-encoding",
      ...(isCompressed && { "content-encoding": "gzip" }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }
}

function readPageFile(file: string): PageFile {
  const bytes = readFileSync(file);
  const extension = path.extname(file);
  return {
    type: TYPES[extension] ?? "application/octet-stream",
    bytes,
    cacheControl: extension === ".html" ? "no-store" : "public, max-age=31536000, immutable",
  };
}
