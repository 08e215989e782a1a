import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../tools/run.ts";

/** The code blocks of a page that have a name (```js src/a.js), by this name. Most names are those of files. */
export function codeBlocks(page: string): (file: string) => string {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const blocks = new Map(
    [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)].map(([, file = "", code = ""]) => [file, code]),
  );
  return (file) => {
    const code = blocks.get(file);
    if (code === undefined) throw new Error(`${page} has no code block ${file}`);
    return code;
  };
}
