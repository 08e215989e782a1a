import { expect, test } from "vitest";
import { readArguments } from "../src/cli/arguments.ts";
import { type RecordedEpisode, spansOf } from "../src/core/episodes.ts";
import { callText } from "../src/report/text.ts";

const episodes = (count: number) =>
  Array.from({ length: count }, (_, index): RecordedEpisode => ({
    number: index + 1,
    incoming: [],
    scheduled: [],
    past: [],
    compared: 0,
    rewound: new Set(),
    ended: undefined,
    isLast: index + 1 === count,
  }));

test.each([
  [250, 250],
  [251, 126],
  [20_000, 251],
])("a history of %i episodes is compared in %i parts, the last episode by itself", (count, parts) => {
  const spans = spansOf(episodes(count));
  expect(spans).toHaveLength(parts);
  expect(spans.flatMap(({ episodes: compared }) => compared.map(({ number }) => number))).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
  expect(spans.at(-1)?.episodes).toHaveLength(1);
});

test("an episode may run for a minute, or as long as the caller says, up to a day", () => {
  const limitOf = (...options: readonly string[]) =>
    readArguments(["check", "a.json", ...options])?.timeoutMs;
  expect(limitOf()).toBe(60_000);
  expect(limitOf("--timeout", "86400")).toBe(86_400_000);
  expect(() => limitOf("--timeout", "86401")).toThrow("--timeout 86401: use a number of seconds");
});

test("160 characters of an input are shown", () => {
  const shown = (input: string) => callText({ kind: "activity", id: 0, name: "price", input });
  expect(shown("x".repeat(160))).toBe(`activity price  #0  input ${"x".repeat(160)}`);
  expect(shown("x".repeat(161))).toBe(`activity price  #0  input ${"x".repeat(160)}...`);
});
