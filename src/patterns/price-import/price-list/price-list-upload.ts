import type { HttpRequest } from "@azure/functions";
import { fieldProblem, Problem } from "../../../http/problem.ts";
import { boundedBody } from "../../../http/read-body.ts";
import { headingProblem } from "../../../services/price-lists/price-list-reader.ts";

const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 200_000;
/** A reader of the list keeps a whole line in memory. */
const MAX_LINE_BYTES = 16 * 1024;

/** @throws {Problem} 415 */
export function requireCsv(request: HttpRequest): void {
  const contentType = (request.headers.get("content-type") ?? "").toLowerCase().replaceAll(/[\s"]/g, "");
  if (/^text\/csv(;header=(present|absent))?(;charset=(utf-8|us-ascii))?$/.test(contentType)) return;
  throw fieldProblem("unsupported-media-type", "#header/content-type", "Must be text/csv, in UTF-8");
}

/**
 * The body as a stream. If the list as a whole is invalid, the stream ends with a problem, and nothing is stored. The
 * import reports single invalid lines.
 *
 * @throws {Problem} 413 if it is too large, 400 if it is not UTF-8 or has no heading
 */
export async function* listBody(request: HttpRequest): AsyncGenerator<Uint8Array> {
  const check = new ListCheck();
  for await (const chunk of boundedBody(request, MAX_LIST_BYTES)) {
    check.next(chunk);
    yield chunk;
  }
  check.end();
}

class ListCheck {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  /** The beginning of the last line, which is not complete yet. */
  #line = "";
  #lines = 0;

  next(chunk: Uint8Array): void {
    this.#read(this.#decoded(() => this.#utf8.decode(chunk, { stream: true })));
  }

  end(): void {
    this.#read(this.#decoded(() => this.#utf8.decode()));
    if (this.#lines === 0) checkHeading(this.#line);
  }

  #read(text: string): void {
    const lines = `${this.#line}${text}`.split(/\r\n|\n|\r(?!$)/);
    this.#line = lines.pop() ?? "";
    if (this.#lines === 0 && lines[0] !== undefined) checkHeading(lines[0]);
    this.#lines += lines.length;
    if (this.#lines > MAX_LINES) throw new Problem("too-large", `The list has more than ${MAX_LINES} lines`);
    const longest = lines.reduce((most, line) => Math.max(most, line.length), this.#line.length);
    if (longest > MAX_LINE_BYTES) throw invalid(`A line has more than ${MAX_LINE_BYTES} characters`);
  }

  #decoded(decode: () => string): string {
    try {
      return decode();
    } catch {
      throw invalid("The list is not valid UTF-8");
    }
  }
}

function checkHeading(line: string): void {
  const problem = headingProblem(line);
  if (problem) throw invalid(problem);
}

const invalid = (detail: string) => new Problem("invalid-request", detail);
