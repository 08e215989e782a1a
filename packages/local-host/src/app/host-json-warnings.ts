/** What `host.json` can ask for and the local host does not do, with what it does instead. */
const NOT_FOLLOWED: readonly (readonly [path: string, instead: string])[] = [
  ["functionTimeout", "a function may run as long as it likes"],
  ["functions", "every function is served"],
  ["retry", "only the retry options that a function has itself are followed"],
  ["extensions.http.maxConcurrentRequests", "requests are not limited"],
  ["extensions.http.maxOutstandingRequests", "requests are not limited"],
  ["extensions.http.dynamicThrottlesEnabled", "requests are not limited"],
  ["extensions.durableTask.notifications", "no events are published"],
];

/** @param valueAt the value at a path of `host.json`, with what settings override */
export function hostJsonWarnings(valueAt: (path: string) => unknown): string[] {
  return NOT_FOLLOWED.filter(([path]) => asksForSomething(valueAt(path))).map(
    ([path, instead]) => `host.json: "${path}" is not followed; here ${instead}.`,
  );
}

/** False and -1, which is "no limit", are what the local host does. */
function asksForSomething(value: unknown): boolean {
  return ![undefined, null, "", -1, "-1", false, "false"].some((nothing) => nothing === value);
}
