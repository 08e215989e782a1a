import { expect, test } from "vitest";
import { versionMatches } from "../../src/engine/orchestrations/version-match.ts";

/** Each version is older than the next one, or equal to it. */
test.each([
  [null, "1.0"],
  [" ", ""],
  ["1.9", "1.10"],
  ["1.2", "1.2.0"],
  ["1.2.3.4", "1.2.3.4"],
  ["2.0.0", "10.0"],
  // Not dotted numbers: compared as case-insensitive text.
  ["10", "9"],
  ["Beta", "beta"],
  ["beta", "Gamma"],
  ["alpha", "BETA"],
  ["va", "v_"],
])("an instance of version %j runs on a host of %j", (version, defaultVersion) => {
  const matches = (versionMatchStrategy: "None" | "Strict" | "CurrentOrOlder") =>
    versionMatches(version, { defaultVersion, versionMatchStrategy });
  expect([matches("CurrentOrOlder"), matches("None")]).toEqual([true, true]);
  expect(matches("Strict")).toBe(version === defaultVersion);
});

test.each([
  ["1.0", null],
  ["1.0", " "],
  ["1.10", "1.9"],
  ["1.2.0", "1.2"],
  ["9", "10"],
  ["Gamma", "beta"],
  ["BETA", "alpha"],
  ["v_", "va"],
])("an instance of version %j waits on a host of %j", (version, defaultVersion) => {
  expect(versionMatches(version, { defaultVersion, versionMatchStrategy: "CurrentOrOlder" })).toBe(false);
});
