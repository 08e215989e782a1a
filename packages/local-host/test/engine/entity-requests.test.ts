import { expect, test } from "vitest";
import { EntityRequests } from "../../src/engine/replay/entity-requests.ts";
import type { OrchestrationContext } from "../../src/engine/replay/orchestration-context.ts";

test("GUIDs have version 5, and are as random as such GUIDs can be", () => {
  const identity = { instanceId: "i1", executionId: "e1" };
  const requests = new EntityRequests({ identity, nowText: "now" } as OrchestrationContext);
  const guids = Array.from({ length: 500 }, () => requests.newGuid());
  for (const guid of guids)
    expect(guid).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  for (let position = 0; position < 36; position++) {
    const digits = new Set(guids.map((guid) => guid[position]));
    expect(digits.size).toBe(FIXED[position] ?? 16);
  }
});

/** The number of different characters at a position, unless it is a free digit. */
const FIXED: Readonly<Record<number, number>> = { 8: 1, 13: 1, 14: 1, 18: 1, 19: 4, 23: 1 };
