import { closeSync, openSync, writeSync } from "node:fs";
import { once } from "node:events";
import { messageOf, SourceError } from "../core/history.ts";

/** Where a report is written. */
export interface Output {
  write(text: string): Promise<void>;
  close(): void;
}

/**
 * A file, or standard output.
 *
 * @throws {SourceError} from all methods, if the file cannot be written
 */
export function outputTo(file: string | undefined): Output {
  if (file === undefined) return STANDARD_OUTPUT;
  const orExplain = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw cannotWrite(file, error);
    }
  };
  const handle = orExplain(() => openSync(file, "w"));
  return {
    write: async (text) => orExplain(() => writeAll(handle, Buffer.from(text))),
    close: () => orExplain(() => closeSync(handle)),
  };
}

/** One call may write only a part. */
function writeAll(handle: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
}

/** An error for a file or folder that cannot be written. */
export function cannotWrite(place: string, cause: unknown): SourceError {
  return new SourceError(`${place} cannot be written: ${messageOf(cause)}`, { cause });
}

const STANDARD_OUTPUT: Output = {
  async write(text) {
    if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
  },
  close: () => undefined,
};
