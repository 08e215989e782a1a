import type { EngineSettings } from "../settings.ts";

/** Whether this host may run an instance of that version. */
export function versionMatches(
  version: string | null,
  settings: Pick<EngineSettings, "defaultVersion" | "versionMatchStrategy">,
): boolean {
  switch (settings.versionMatchStrategy) {
    case "None":
      return true;
    case "Strict":
      return (version ?? "") === (settings.defaultVersion ?? "");
    case "CurrentOrOlder":
      return compareVersions(version ?? "", settings.defaultVersion ?? "") <= 0;
  }
}

/**
 * Compares as the framework does: a missing version is the oldest; dotted numbers by number, others as upper-case text.
 */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.trim(), b.trim()];
  if (left === "" || right === "") return Number(left !== "") - Number(right !== "");
  const [leftParts, rightParts] = [numbers(left), numbers(right)];
  if (leftParts === undefined || rightParts === undefined) {
    const [one, other] = [left.toUpperCase(), right.toUpperCase()];
    return one < other ? -1 : Number(one > other);
  }
  for (let i = 0; i < 4; i++) {
    // A missing part counts as less than 0, as in .NET.
    const difference = (leftParts[i] ?? -1) - (rightParts[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] | undefined {
  return /^\d+(\.\d+){1,3}$/.test(version) ? version.split(".").map(Number) : undefined;
}
