import { expect, test } from "vitest";
import { failureMessage } from "../../src/durable/orchestration/failure.ts";

test.each([
  [
    'Activity function \'charge\' failed: The bank is closed \n {"$type":"System.Exception"}',
    "The bank is closed",
  ],
  ["Orchestrator function 'child' failed: No luck", "No luck"],
  [
    "Activity function 'a' failed: Orchestrator function 'b' failed: deep",
    "Orchestrator function 'b' failed: deep",
  ],
  ["Activity function 'a' failed: said with a space ", "said with a space"],
  ["Something else", "Something else"],
  ["Two\nlines", "Two\nlines"],
])("of %j it is %j", (text, message) => {
  expect(failureMessage(new Error(text))).toBe(message);
});

test("a value that is not an Error becomes text", () => {
  expect(failureMessage("plain")).toBe("plain");
  expect(failureMessage(undefined)).toBe("undefined");
});
