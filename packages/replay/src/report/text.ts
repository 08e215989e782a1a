import type { CheckedInstance } from "../core/check.ts";
import { isBroken } from "../core/check.ts";
import type { SourcePosition } from "../core/call-sites.ts";
import type { Call, Difference } from "../core/compare.ts";
import type { Counts } from "./counts.ts";
import { placeText } from "./place.ts";
import { consequenceOf, remedyFor } from "./remedy.ts";

const MAX_CHARACTERS = 160;

/** Formats one instance that does not replay as recorded, for people. */
export function instanceText({ instanceId, name, version, status, verdict }: CheckedInstance): string {
  const who = `${name || "?"} ${instanceId}${version === null ? "" : ` (version ${version})`}, ${status || "status unknown"}`;
  const lines = [`${isBroken(verdict) ? "x" : "-"} ${who}`, ...verdictLines(verdict)];
  const remedy = remedyFor(verdict);
  if (remedy !== "") lines.push(`remedy    ${remedy}`);
  return lines.map(printable).join("\n    ");
}

/** Without line breaks and control characters: an instance id may contain anything, also commands to the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, (controls) => (/^[\t\n\r]+$/.test(controls) ? " " : "?"));
}

function verdictLines(verdict: CheckedInstance["verdict"]): string[] {
  switch (verdict.kind) {
    case "different": {
      const { difference, at } = verdict;
      return [
        `differs in episode ${difference.episode}: ${difference.what}. ${consequenceOf(difference)}`,
        `recorded  ${callText(difference.recorded, difference.what)}`,
        `now       ${callText(difference.replayed, difference.what)}`,
        ...placeLines(at),
      ];
    }
    case "unstable":
      return [`two replays of the same history differ`, verdict.difference, ...placeLines(verdict.at)];
    case "failedBefore":
      return [`failed as non-deterministic when it was recorded, and fails again: ${verdict.text}`];
    case "unknown":
      return ["the app has no orchestrator with this name"];
    case "otherVersion":
      return ["not checked: host.json excludes this version (versionMatchStrategy)"];
    case "unreadable":
      return [verdict.why];
    case "notStarted":
      return ["not started: it has no history yet"];
    case "same":
      return [];
  }
}

/** Formats a call in one line. The instance id, which is long and mostly generated, is shown only if it differs. */
export function callText(call: Call | undefined, what?: Difference["what"]): string {
  if (call === undefined) return "nothing";
  const { kind, id, name, version, instanceId, input, fireAt } = call;
  const parts = [kind === "end" ? `the end, ${name}` : `${kind} ${name ?? ""}`.trimEnd()];
  if (kind !== "end") parts.push(`#${id}`);
  if (version !== undefined) parts.push(`version ${version}`);
  if (what === "instance id") parts.push(`instance id ${instanceId ?? "not given"}`);
  if (fireAt !== undefined) parts.push(`due ${fireAt}`);
  if (input !== undefined && input !== "null") parts.push(`input ${shortened(input)}`);
  return parts.join("  ");
}

function shortened(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}...`;
}

function placeLines(at: readonly SourcePosition[]): string[] {
  return at.map((place, i) => `${i === 0 ? "at        " : "from      "}${placeText(place)}`);
}

/** The table at the end, with one row for each orchestrator and version. */
export function summaryText(counts: Counts): string {
  const rows = [
    ["orchestrator", "version", "same", "differ", "other"],
    ...counts
      .rows()
      .map(({ name, version, same, differ, other }) => [name, version, `${same}`, `${differ}`, `${other}`]),
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const cells = (row: readonly string[]): string[] =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(width(i)) : cell.padStart(width(i))));
  return [...rows.map((row) => cells(row).join("  ").trimEnd()), "", counts.sentence()].join("\n");
}
