/** What `host.json` can ask for and the local host does not do, under what it does instead. */
const NOT_FOLLOWED: Readonly<Record<string, readonly string[]>> = {
  "a function may run as long as it likes": ["functionTimeout"],
  "every function is served": ["functions"],
  "only the retry options that a function has itself are followed": ["retry"],
  "requests are not limited": [
    "extensions.http.maxConcurrentRequests",
    "extensions.http.maxOutstandingRequests",
    "extensions.http.dynamicThrottlesEnabled",
  ],
  "no events are published": ["extensions.durableTask.notifications"],
};

/** @param valueAt the value at a path of `host.json`, with what settings override */
export function hostJsonWarnings(valueAt: (path: string) => unknown): string[] {
  return Object.entries(NOT_FOLLOWED).flatMap(([instead, paths]) => {
    const asked = paths.filter((path) => asksForSomething(valueAt(path)));
    return asked.length === 0 ? [] : [`host.json: not followed: ${asked.join(", ")}. Here ${instead}.`];
  });
}

/** False and -1, which is "no limit", are what the local host does. */
function asksForSomething(value: unknown): boolean {
  return ![undefined, null, "", -1, "-1", false, "false"].some((nothing) => nothing === value);
}
