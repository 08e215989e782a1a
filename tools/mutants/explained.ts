import type { Mutant } from "./mutant.ts";

/**
 * Mutants that no test can or should notice, each with the reason. A mutant is identified by its line before and after.
 */
const EXPLAINED: readonly (Pick<Mutant, "file" | "before" | "after"> & { readonly why: string })[] = [
  {
    file: "src/http/start.ts",
    before: "? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))",
    after: "? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => ((a) <= (b) ? -1 : 1)))",
    why: "an object has no two properties with the same name",
  },
  {
    file: "src/durable/orchestration/failure.ts",
    before: 'const withoutDetails = text.split(" \\n ")[0] ?? text;',
    after: 'const withoutDetails = text.split(" \\n ")[0];',
    why: "a text that is split has a first part; `??` is only for the compiler",
  },
  {
    file: "src/services/apportion.ts",
    before: "parts[first] = (parts[first] ?? 0) + 1;",
    after: "parts[first] = (parts[first] ?? 1) + 1;",
    why: "there is a part for each amount; `??` is only for the compiler",
  },
  {
    file: "src/durable/orchestration/duration.ts",
    before: "const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts",
    after: "const [weeks = 0, days = 0, hours = 0, minutes = 1, seconds = 0] = parts",
    why: "a match has all five groups; the defaults are only for the compiler",
  },
  {
    file: "src/operations/instance-history.ts",
    before: 'return entry ? [{ at: time(event["Timestamp"]) ?? "", ...entry }] : [];',
    after: 'return entry ? [{ at: time(event["Timestamp"]), ...entry }] : [];',
    why: "each event of a history has a time; `??` is only for the compiler",
  },
  {
    file: "src/settings.ts",
    before: "const text = z.string().min(1).optional();",
    after: "const text = z.string().min(2).optional();",
    why: "a connection string or a client id of one letter is wrong in both cases",
  },
  {
    file: "src/services/price-lists/blob-import-files.ts",
    before:
      "await blob.uploadStream(Readable.from(csv, { objectMode: false }), undefined, 2, { blobHTTPHeaders });",
    after:
      "await blob.uploadStream(Readable.from(csv, { objectMode: true }), undefined, 2, { blobHTTPHeaders });",
    why: "only memory: 16 texts are read ahead instead of 64 KiB; the SDK takes texts and bytes alike",
  },
  {
    file: "src/durable/task-hub/task-hub.ts",
    before: "if (answer.status >= 300) throw new TaskHubUnavailable();",
    after: "if (answer.status >= 301) throw new TaskHubUnavailable();",
    why: "the extension never returns 300",
  },
  {
    file: "src/durable/task-hub/task-hub.ts",
    before: "if (status >= 300) throw new TaskHubUnavailable();",
    after: "if (status >= 301) throw new TaskHubUnavailable();",
    why: "the extension never returns 300",
  },
];

/** The reason why no test notices a mutant, if it is known. */
export function explanationOf(mutant: Mutant): string | undefined {
  return EXPLAINED.find((one) => isSame(one, mutant))?.why;
}

/** Explanations without a mutant: the code has changed, so the reason may be outdated. */
export function outdatedExplanations(mutants: readonly Mutant[]): string[] {
  return EXPLAINED.filter((one) => !mutants.some((mutant) => isSame(one, mutant))).map(
    ({ file, after }) => `${file}: ${after}`,
  );
}

function isSame(one: Pick<Mutant, "file" | "before" | "after">, other: Mutant): boolean {
  return one.file === other.file && one.before === other.before && one.after === other.after;
}
