/**
 * Whether a version is the same as another one or newer: `1.10` is newer than `1.9`. An instance without a version is
 * older than any version, because it was started before the app had versions.
 */
export function isAtLeast(version: string | undefined, other: string): boolean {
  const [left, right] = [parts(version), parts(other)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return version !== undefined;
}

/** @throws {Error} if the version is not dotted numbers, so that it cannot be compared */
function parts(version = ""): number[] {
  if (version === "") return [];
  if (!/^\d+(\.\d+){0,3}$/.test(version)) throw new Error(`Not a version: ${version.slice(0, 50)}`);
  return version.split(".").map(Number);
}
