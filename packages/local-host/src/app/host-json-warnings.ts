/** Settings of `host.json` that the local host ignores, grouped by its own behavior. */
const NOT_FOLLOWED: Readonly<Record<string, readonly string[]>> = {
  "a function may run without a time limit": ["functionTimeout"],
  "every function is served": ["functions"],
  "only a function's own retry options apply": ["retry"],
  "requests are not limited": [
    "extensions.http.maxConcurrentRequests",
    "extensions.http.maxOutstandingRequests",
    "extensions.http.dynamicThrottlesEnabled",
  ],
  "no events are published": ["extensions.durableTask.notifications"],
};

/** @param valueAt returns the value at a path of `host.json`, overrides by settings included */
export function hostJsonWarnings(valueAt: (path: string) => unknown): string[] {
  return Object.entries(NOT_FOLLOWED).flatMap(([instead, paths]) => {
    const asked = paths.filter((path) => asksForSomething(valueAt(path)));
    return asked.length === 0
      ? []
      : [`host.json: ignored: ${asked.join(", ")}. In the local host, ${instead}.`];
  });
}

/** False and -1 ("no limit") match the local host's behavior. */
function asksForSomething(value: unknown): boolean {
  return ![undefined, null, "", -1, "-1", false, "false"].some((nothing) => nothing === value);
}
