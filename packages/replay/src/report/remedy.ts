import type { Difference } from "../core/compare.ts";
import type { Verdict } from "../core/check.ts";

const VERSION =
  "Keep the old steps for instances that are already running: give the new code a version (defaultVersion in host.json) and " +
  "branch on context.df.version; or wait until they end before you deploy.";

/** How to correct the cause of a verdict, in one or two sentences; empty if nothing needs to be done. */
export function remedyFor(verdict: Verdict): string {
  switch (verdict.kind) {
    case "different":
      return remedies[verdict.difference.what];
    case "unknown":
      return "Keep an orchestrator with this name as long as instances of it run.";
    case "unstable":
      return "An orchestrator must make the same calls in every replay: use context.df.currentUtcDateTime and context.df.newGuid(), or create the value in an activity.";
    case "unreadable":
      return "Inspect its rows in storage, or its file; an instance that cannot be read cannot be checked.";
    default:
      return "";
  }
}

const VALUE =
  "The instance continues with what was scheduled first. If the value comes from the clock or is random, use " +
  "context.df.currentUtcDateTime or context.df.newGuid(); if you changed the code intentionally, branch on context.df.version.";

const remedies: Readonly<Record<Difference["what"], string>> = {
  kind: VERSION,
  name: VERSION,
  missing: VERSION,
  added: VERSION,
  end: VERSION,
  version: VALUE,
  "instance id": VALUE,
  input: VALUE,
  "due time": VALUE,
};

/** How the extension handles a running instance with this difference. */
export function consequenceOf({ isNoticed, what }: Difference): string {
  if (isNoticed) return "The extension fails the instance as non-deterministic, or lets it wait forever.";
  if (what === "added" || what === "end")
    return "From here on the extension and the orchestrator count their tasks differently.";
  return "The extension does not notice.";
}
