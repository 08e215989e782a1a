import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "durable-local-host/testing";

let host: TestHost;

beforeAll(async () => {
  host = await createTestHost({ app: path.join(import.meta.dirname, "entity-fixture") });
});
afterAll(() => host?.stop());

async function outcome(name: string, input: object) {
  return (await host.start(name, input)).completion();
}

async function signal(key: string, operation: string, input: unknown) {
  await host.hub.signalEntity({ name: "counter", key }, operation, JSON.stringify(input));
  await host.settle();
}

const json = async (route: string) => (await (await host.fetch(route)).json()) as Record<string, unknown>;

describe("from an orchestration", () => {
  test("signals arrive in order, and a call returns its typed result", async () => {
    expect((await outcome("signalAndCall", { key: "a", take: 4 })).output).toBe("1 left");
    expect(await json("/api/counters/a")).toEqual({ state: { value: 1 } });
  });

  test("an error of an operation reaches the caller with its message, and changes nothing", async () => {
    expect((await outcome("signalAndCall", { key: "b", take: 9 })).output).toBe("There are only 5");
    expect(await json("/api/counters/b")).toEqual({ state: { value: 5 } });
  });

  test.each(["../counters", "@x", "", "a b", "x".repeat(129)])("a key like %j is refused", async (key) => {
    const { runtimeStatus, output } = await outcome("signalBadKey", { key, take: 0 });
    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("Not a key for Counter");
  });
});

describe("from anywhere", () => {
  test("an input that the contract does not allow is refused, and logged", async () => {
    await signal("c", "add", { by: 1 });
    const inputs = [{ by: 1.5 }, { by: "1" }, { by: 1, more: 1 }, null, [], 7];
    for (const input of inputs) await signal("c", "add", input);
    expect(await json("/api/counters/c")).toEqual({ state: { value: 1 } });
    expect(
      host.logs.filter(({ message }) => message.includes('"operationFailed","entity":"Counter","key":"c"')),
    ).toHaveLength(6);
    await signal("c", "add", Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`unknown-${n}`, n])));
    const { reason } = JSON.parse(
      host.logs.findLast(({ message }) => message.includes("operationFailed"))?.message ?? "",
    ) as { reason: string };
    expect(reason).toHaveLength(500);
  });

  test("an unknown operation is refused, even one that every object has", async () => {
    await signal("d", "add", { by: 1 });
    const names = ["toString", "constructor", "__proto__", "Add", ""];
    for (const name of names) await signal("d", name, { by: 1 });
    expect(await json("/api/counters/d")).toEqual({ state: { value: 1 } });
  });

  test("code that changes the state in place and then throws leaves no trace", async () => {
    await signal("e", "add", { by: 1 });
    await signal("e", "spoil", {});
    expect(await json("/api/counters/e")).toEqual({ state: { value: 1 } });
  });

  test("the initial value is not changed by operations on one key", async () => {
    await signal("f", "spoil", {});
    await signal("g", "add", { by: 1 });
    expect(await json("/api/counters/g")).toEqual({ state: { value: 1 } });
  });

  test("a key without operations, and an invalid key, have no state", async () => {
    expect(await json("/api/counters/never")).toEqual({});
    expect(await json(`/api/counters/${encodeURIComponent("x?op=add")}`)).toEqual({});
  });
});

test("all keys are listed in pages, each once", async () => {
  const keys: unknown[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < 20; pages++) {
    const query = continuation === undefined ? "" : `?continuation=${continuation}`;
    const page = (await json(`/api/counters${query}`)) as { items: { key: string }[]; continuation?: string };
    keys.push(...page.items.map(({ key }) => key));
    ({ continuation } = page);
    if (continuation === undefined) break;
  }
  expect(keys.length).toBeGreaterThan(4);
  expect(keys).toEqual([...new Set(keys)]);
  expect(keys).toEqual(expect.arrayContaining(["a", "b", "c", "d", "e", "g"]));
});

test.each(["%00", "a%0d%0ax-evil:1", "AA==", "gA", ""])("a continuation like %j is a 400", async (value) => {
  const response = await host.fetch(`/api/counters?continuation=${value}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ pointer: "#query/continuation" }] });
});
