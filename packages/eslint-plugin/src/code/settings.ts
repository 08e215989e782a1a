/** `settings: { "durable-functions": { … } }` in the configuration of a linter. */
export interface Settings {
  /** Functions whose argument is an orchestrator's generator, such as `orchestrator(contract, function* …)`. */
  readonly wrappers: readonly string[];
  /** Glob patterns of files in which every function is orchestrator code. */
  readonly files: readonly string[];
  /**
   * Whether other files of the project are read: the files that orchestrators import, and the files that import this
   * one.
   */
  readonly crossFile: boolean;
}

const DEFAULTS: Settings = { wrappers: ["orchestrator"], files: [], crossFile: true };

const listOf = (value: unknown, otherwise: readonly string[]): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : otherwise;

export function settingsFrom(settings: unknown): Settings {
  if (typeof settings !== "object" || settings === null || !("durable-functions" in settings))
    return DEFAULTS;
  const given = settings["durable-functions"];
  if (typeof given !== "object" || given === null) return DEFAULTS;
  const { wrappers, files, crossFile } = given as Readonly<Record<string, unknown>>;
  return {
    wrappers: listOf(wrappers, DEFAULTS.wrappers),
    files: listOf(files, DEFAULTS.files),
    crossFile: crossFile !== false,
  };
}

/** Whether the end of a path matches a pattern: `**` matches any number of folders, `*` any part of a name. */
export function matchesGlob(file: string, pattern: string): boolean {
  const source = pattern
    .replace(/^\.\//, "")
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*\*\/|\*\*|\*|\?/g, (wildcard) => WILDCARDS[wildcard] ?? wildcard);
  return new RegExp(`(?:^|/)${source}$`).test(file.replaceAll("\\", "/"));
}

const WILDCARDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};
