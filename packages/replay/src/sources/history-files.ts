import { createReadStream, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { messageOf, matchesFilter, SourceError } from "../core/history.ts";
import type { History, HistoryFilter, HistorySource, Unreadable } from "../core/history.ts";

/**
 * Histories in files: `*.json` with one history each, `*.ndjson` with one history per line.
 *
 * @param place a file, or a folder that is searched recursively
 * @throws {SourceError} if there is no such file or folder, or it contains no histories
 */
export function historyFiles(place: string): HistorySource {
  const files = filesAt(place);
  return {
    name: `${files.length === 1 ? "1 file" : `${files.length} files`} in ${place}`,
    async *histories(filter: HistoryFilter) {
      for (const file of files) {
        for await (const text of textsIn(file)) {
          const history = readHistory(text, file);
          if ("unreadable" in history || matchesFilter(history, filter)) yield history;
        }
      }
    },
  };
}

function filesAt(place: string): string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new SourceError(`There is no file or folder ${place}.`);
  if (found.isFile()) return [place];
  const files = readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(nd)?json$/.test(file))
    .sort();
  if (files.length === 0) throw new SourceError(`There are no histories (*.json, *.ndjson) in ${place}.`);
  return files.map((file) => path.join(place, file));
}

async function* textsIn(file: string): AsyncGenerator<string> {
  if (!file.endsWith(".ndjson")) return yield await readFile(file, "utf8");
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() !== "") yield line;
  }
}

function readHistory(text: string, file: string): History | Unreadable {
  const id = path.basename(file);
  try {
    const value = JSON.parse(text) as Partial<History>;
    const { instanceId, name, events, executionId } = value;
    for (const [field, given] of Object.entries({ instanceId, name, executionId })) {
      if (typeof given !== "string")
        return { instanceId: instanceId ?? id, unreadable: `${file}: ${field} is missing.` };
    }
    if (!Array.isArray(events))
      return { instanceId: instanceId ?? id, unreadable: `${file}: events are missing.` };
    return { version: null, parentInstanceId: null, status: "Running", ...value } as History;
  } catch (error) {
    return { instanceId: id, unreadable: `${file}: ${messageOf(error)}` };
  }
}

/** A history as the text of such a file, with one event per line, so that changes can be reviewed. */
export function historyFileText({ events, ...rest }: History): string {
  const head = JSON.stringify(rest, undefined, 2).slice(0, -2);
  const lines = events.map((event) => `    ${JSON.stringify(event)}`).join(",\n");
  return `${head},\n  "events": [\n${lines}\n  ]\n}\n`;
}
