import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { historySource } from "../../src/management/history-view.ts";
import { embedded } from "../../src/management/json-text.ts";
import { jsonReaderMessage } from "../../src/management/json-error.ts";
import { ManagementQuery } from "../../src/management/query.ts";
import { formEncode, managementSegments, plainUri } from "../../src/management/request-path.ts";

test.each([
  ["/instances/a+b", ["instances", "a b"]],
  ["/instances/a%20b/", ["instances", "a b"]],
  ["/instances/a%2Fb", ["instances", "a", "b"]],
  ["/instances/a%25b", ["instances", "a%b"]],
  ["/instances/a%2525b", ["instances", "a%25b"]],
  ["/instances/%C3%BC", ["instances", "ü"]],
  ["/instances/100%", ["instances", "100%"]],
  ["/instances/100%/%41", ["instances", "100%", "A"]],
  ["/instances/a%be%C3%BC%20", ["instances", "a%beü "]],
  ["/", []],
])("path %s", (path, segments) => {
  expect(managementSegments(path)).toEqual(segments);
});

test("ids in links are encoded as in .NET", () => {
  expect(formEncode("a b'c~(d)ü/")).toBe("a+b%27c%7E(d)%C3%BC%2F");
});

test("unnecessary escapes in URLs are removed", () => {
  expect(plainUri("http://h/i/%40a%40b%2Fc%20d%25")).toBe("http://h/i/@a@b%2Fc%20d%25");
});

test("queries are read leniently", () => {
  const query = new ManagementQuery(
    "SHOWHISTORY=TRUE&showInput=no&top=abc&createdTimeFrom=2026-01-02T03:04:05Z&createdTimeTo=yesterday" +
      "&runtimeStatus=Running,nonsense&runtimeStatus=Failed,running",
  );
  expect(query.flag("showHistory", false)).toBe(true);
  expect(query.flag("showInput", true)).toBe(true);
  expect(query.count("top")).toBeUndefined();
  expect(query.date("createdTimeFrom")).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(query.date("createdTimeTo")).toBeUndefined();
  expect(query.runtimeStatuses()).toEqual(["Running", "Failed"]);
  expect(new ManagementQuery("runtimeStatus=sleeping").runtimeStatuses()).toBeUndefined();
});

test.each([
  ["1", 1],
  [" 7 ", 7],
  ["2147483647", 2_147_483_647],
  ["2147483648", undefined],
  ["1.5", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["0", undefined],
  ["-1", undefined],
  ["", undefined],
])("a count is a whole number in 32 bits: %j", (text, count) => {
  expect(new ManagementQuery(`top=${encodeURIComponent(text)}`).count("top")).toBe(count);
});

test("time spans have fractions", () => {
  const query = new ManagementQuery("timeout=1.5&pollingInterval=-1");
  expect(query.seconds("timeout")).toBe(1.5);
  expect(query.seconds("pollingInterval")).toBeUndefined();
});

test.each([
  ["2026-01-02", Date.UTC(2026, 0, 2)],
  ["2026-01-02T03:04:05", Date.UTC(2026, 0, 2, 3, 4, 5)],
  ["2026-01-02T03:04:05.678+01:00", Date.UTC(2026, 0, 2, 2, 4, 5, 678)],
])("date %s", (text, instant) => {
  expect(new ManagementQuery(`d=${encodeURIComponent(text)}`).date("d")).toBe(instant);
});

test.each([
  [null, "null"],
  ["", '""'],
  ['{"a":1}', '{"a":1}'],
  ["12345678901234567890", "12345678901234567890"],
  ["stop ", '"stop"'],
  ["undefined", "undefined"],
])("stored text %j", (stored, source) => {
  expect(embedded(stored)).toBe(source);
});

test.each([
  ["", "Error reading JToken from JsonReader. Path '', line 0, position 0."],
  ["{bad", "Unexpected end while parsing unquoted property name. Path '', line 1, position 4."],
  ["[1,", "Unexpected end of JSON input"],
])("JSON %j", (text, message) => {
  expect(jsonReaderMessage(text)).toBe(message);
});

const at = (second: number): { IsPlayed: false; Timestamp: string } => ({
  IsPlayed: false,
  Timestamp: `2026-01-01T00:00:0${second}.0000000Z`,
});

const scheduled = (id: number, name: string, second: number): HistoryEvent => ({
  EventType: 4,
  EventId: id,
  Name: name,
  Version: "",
  Input: null,
  ParentTraceContext: null,
  Tags: null,
  ...at(second),
});

test("a task's scheduling is merged into its completion, and stays separate while the task runs", () => {
  const events: HistoryEvent[] = [
    { EventType: 12, EventId: -1, ...at(0) },
    scheduled(0, "Pack", 1),
    scheduled(1, "Send", 1),
    { EventType: 5, EventId: -1, TaskScheduledId: 0, Result: '{"n":1}', ...at(2) },
  ];
  const shown = (showHistoryOutput: boolean, showInput: boolean): unknown =>
    JSON.parse(historySource(events, { showHistoryOutput, showInput }));
  const packed = {
    EventType: "TaskCompleted",
    Timestamp: "2026-01-01T00:00:02.0000000Z",
    ScheduledTime: "2026-01-01T00:00:01.0000000+00:00",
    FunctionName: "Pack",
  };
  const sending = {
    EventType: "TaskScheduled",
    Name: "Send",
    ParentTraceContext: null,
    Tags: null,
    Timestamp: "2026-01-01T00:00:01.0000000Z",
  };
  expect(shown(false, false)).toEqual([sending, packed]);
  expect(shown(true, true)).toEqual([
    { ...sending, Input: null },
    { ...packed, Result: { n: 1 }, Input: null },
  ]);
});

test("a history with two tasks of the same id is refused", () => {
  const events = [scheduled(0, "Pack", 1), scheduled(0, "Send", 2)];
  expect(() => historySource(events, { showHistoryOutput: false, showInput: true })).toThrow("HTTP 400");
});
