import type { Difference } from "../core/compare.ts";
import type { Verdict } from "../core/check.ts";

const VERSION =
  "Keep the old steps for the instances that have begun: give the new code a version (defaultVersion in host.json) and " +
  "branch on context.df.version; or let them end before you deploy.";

/** What to do about a verdict, in one or two sentences; empty if nothing is to be done. */
export function remedyFor(verdict: Verdict): string {
  switch (verdict.kind) {
    case "different":
      return remedies[verdict.difference.what];
    case "unknown":
      return "Keep an orchestrator of this name for as long as instances of it run.";
    case "unstable":
      return "An orchestrator must ask for the same things in every replay: use context.df.currentUtcDateTime and context.df.newGuid(), or let an activity make the value.";
    case "unreadable":
      return "Read its rows in storage; an instance that cannot be read cannot be judged.";
    default:
      return "";
  }
}

const VALUE =
  "The instance goes on with what was scheduled first. If the value comes from the clock or from chance, take " +
  "context.df.currentUtcDateTime or context.df.newGuid(); if the code was changed on purpose, branch on context.df.version.";

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

/** What the extension does with a running instance that meets the difference. */
export function consequenceOf({ isNoticed, what }: Difference): string {
  if (isNoticed) return "The extension fails the instance as non-deterministic, or lets it wait forever.";
  if (what === "added" || what === "end")
    return "From here on the extension and the orchestrator count their tasks differently.";
  return "The extension does not notice.";
}
