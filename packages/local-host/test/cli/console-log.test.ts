import { expect, test } from "vitest";
import { consoleLog } from "../../src/cli/console-log.ts";

test("input of a caller in a message cannot forge a line or move the cursor", () => {
  const lines: string[] = [];
  const log = consoleLog((line) => lines.push(line), false);
  const message = "a\r\n2026-01-01T00:00:00.000Z info  forged\u001b[2J\u009b31m\u202eb\rc\u0000";
  log({ time: 0, level: "information", category: "user", functionName: "fn", message });
  expect(lines).toEqual([
    "1970-01-01T00:00:00.000Z info  [fn] a\n" +
      "    2026-01-01T00:00:00.000Z info  forged\\u001b[2J\\u009b31m\\u202eb\\u000dc\\u0000",
  ]);
});
