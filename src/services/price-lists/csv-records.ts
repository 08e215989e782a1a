import { CsvError, parse } from "csv-parse/sync";

/** A record of a CSV file; `fields` is absent if its quotes do not match. */
export interface CsvRecord {
  /** The line of the file in which it begins, counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly fields?: readonly string[];
}

/** A quoted field may contain line breaks. A longer record has a quote that is not closed. */
const MAX_LINES_OF_A_RECORD = 5;

/**
 * The records of a CSV file in UTF-8, without blank lines. Read line by line and not as one stream, so that a quote that
 * is not closed affects its own line and not the rest of the file.
 */
export async function* csvRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const lines = numbered(linesOf(bytes));
  const putBack: Line[] = [];
  const next = async () => putBack.shift() ?? ((await lines.next()).value as Line | undefined);
  for (let first = await next(); first; first = await next()) {
    const taken: Line[] = [];
    let text = first.text;
    let fields = parseRecord(text);
    while (fields === "quoteOpen" && taken.length < MAX_LINES_OF_A_RECORD - 1) {
      const more = await next();
      if (!more) break;
      taken.push(more);
      text += `\n${more.text}`;
      fields = parseRecord(text);
    }
    if (typeof fields === "string") {
      putBack.unshift(...taken);
      yield first;
    } else if (fields.some((field) => field !== "")) {
      yield { line: first.line, text, fields };
    }
  }
}

/** The fields of one record, trimmed. */
export function parseRecord(text: string): readonly string[] | "quoteOpen" | "broken" {
  // Most lines have no quotes. For them, splitting is sufficient and twenty times as fast.
  if (!text.includes('"')) return text.split(",").map((field) => field.trim());
  try {
    const records = parse(text, { relax_column_count: true, relax_quotes: true, trim: true });
    return records.length === 1 ? (records[0] ?? []) : "broken";
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? "quoteOpen" : "broken";
  }
}

interface Line {
  readonly line: number;
  readonly text: string;
}

async function* numbered(lines: AsyncIterable<string>): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of lines) yield { line: ++line, text };
}

/** Lines end in CRLF, LF or CR; a byte order mark is removed. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the end of the chunk may be the first half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield* `${rest}${decoder.decode()}`.split(/\r\n|\n|\r/);
}
