import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import { type Store, StoreError } from "../../src/stores/store.ts";
import type { StoredInstance, StoredMessage } from "../../src/stores/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "task-hub-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (): string => path.join(folder, "hub.db");

const instance = (instanceId: string, rest: Partial<StoredInstance> = {}): StoredInstance => ({
  key: 1,
  kind: "orchestration",
  instanceId,
  executionId: `x-${instanceId}`,
  name: "Order",
  version: null,
  runtimeStatus: "Running",
  input: '{"n":1}',
  output: null,
  customStatus: null,
  parentInstanceId: null,
  parent: null,
  generation: 0,
  sourceInstanceId: null,
  createdTime: 1000,
  lastUpdatedTime: 2000,
  problems: [],
  waits: [],
  ...rest,
});

const message = (seq: number, rest: Partial<StoredMessage> = {}): StoredMessage => ({
  seq,
  kind: "orchestration",
  instanceId: "a",
  executionId: null,
  due: null,
  body: '{"EventType":15}',
  ...rest,
});

describe.each([
  ["memory", (): Store => new MemoryStore()],
  ["SQLite", (): Store => new SqliteStore(file())],
  ["SQLite without syncs", (): Store => new SqliteStore(file(), { synchronous: "OFF" })],
])("%s store", (_name, open) => {
  let store: Store;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  test("returns instances as they were stored, and updates what episodes change", () => {
    const parent = {
      Name: "Parent",
      OrchestrationInstance: { InstanceId: "p", ExecutionId: "xp" },
      TaskScheduleId: 3,
      Version: null,
    };
    const given = instance("ü'\"\n🎉", { parent, parentInstanceId: "p", version: "2.0", generation: null });
    store.putInstance(given);
    expect(store.instance(given.instanceId)).toEqual(given);
    const updated = {
      ...given,
      runtimeStatus: "Completed" as const,
      output: '"ok"',
      lastUpdatedTime: 3000,
      problems: ["one", '"two"'],
    };
    store.updateInstance(updated);
    store.commit();
    expect(store.instance(given.instanceId)).toEqual(updated);
    expect(store.instance("other")).toBeUndefined();
  });

  test("replaces an instance under the same id", () => {
    store.putInstance(instance("a"));
    store.putInstance(instance("a", { key: 2, name: "Second" }));
    expect(store.instances({}).items.map(({ key, name }) => [key, name])).toEqual([[2, "Second"]]);
  });

  test("appends history in order, separately for each key", () => {
    store.appendHistory(1, '{"n":1}');
    store.appendHistory(2, '{"n":9}');
    store.appendHistory(1, '{"n":2},{"n":3}');
    expect(store.history(1)).toBe('{"n":1},{"n":2},{"n":3}');
    store.deleteHistory(1);
    expect(store.history(1)).toBe("");
    expect(store.history(2)).toBe('{"n":9}');
  });

  test("lists by every filter, page by page", () => {
    for (const [key, id] of ["order-1", "order-2", "Order-3", "order%4", "pay-1"].entries()) {
      store.putInstance(
        instance(id, {
          key: key + 1,
          createdTime: (key + 1) * 1000,
          lastUpdatedTime: (key + 1) * 1000,
          runtimeStatus: key % 2 === 0 ? "Running" : "Completed",
        }),
      );
    }
    store.putInstance(instance("@counter@a", { key: 9, kind: "entity" }));
    const ids = (query: Parameters<Store["instances"]>[0]): string[] =>
      store.instances(query).items.map(({ instanceId }) => instanceId);
    expect(ids({})).toEqual(["@counter@a", "Order-3", "order%4", "order-1", "order-2", "pay-1"]);
    expect(ids({ prefix: "order-" })).toEqual(["order-1", "order-2"]);
    expect(ids({ prefix: "order%" })).toEqual(["order%4"]);
    expect(ids({ kind: "entity" })).toEqual(["@counter@a"]);
    expect(ids({ statuses: ["Completed"] })).toEqual(["order%4", "order-2"]);
    expect(ids({ statuses: [] })).toHaveLength(6);
    expect(ids({ createdFrom: 2000, createdTo: 3000 })).toEqual(["Order-3", "order-2"]);
    expect(ids({ updatedFrom: 5000 })).toEqual(["pay-1"]);
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const page = store.instances({ kind: "orchestration", top: 2, after });
      pages.push(page.items.map(({ instanceId }) => instanceId));
      after = page.continuation;
    } while (after !== undefined);
    expect(pages).toEqual([["Order-3", "order%4"], ["order-1", "order-2"], ["pay-1"]]);
  });

  test("returns the unfinished work in order, and the greatest used number", () => {
    store.putMessage(message(3, { due: 5000 }));
    store.putMessage(message(5, { kind: "entity", instanceId: "@counter@a" }));
    store.putMessage(message(4));
    store.putActivity({ seq: 7, instanceId: "a", executionId: "x", taskId: 0, name: "A", input: null });
    store.putActivity({ seq: 8, instanceId: "a", executionId: "x", taskId: 1, name: "B", input: '"in"' });
    store.deleteMessage(4);
    store.deleteActivity(7);
    store.commit();
    const { messages, activities, lastNumber } = store.unfinished();
    expect(messages.map(({ seq }) => seq)).toEqual([3, 5]);
    expect(messages[0]).toEqual(message(3, { due: 5000 }));
    expect(activities).toEqual([
      { seq: 8, instanceId: "a", executionId: "x", taskId: 1, name: "B", input: '"in"' },
    ]);
    expect(lastNumber).toBeGreaterThanOrEqual(8);
  });

  test("deletes an instance with everything that waits for it", () => {
    store.putInstance(instance("a"));
    store.appendHistory(1, "{}");
    store.putMessage(message(2));
    store.putMessage(message(3, { kind: "entity" }));
    store.putActivity({ seq: 4, instanceId: "a", executionId: "x", taskId: 0, name: "A", input: null });
    store.putActivity({ seq: 5, instanceId: "b", executionId: "x", taskId: 0, name: "A", input: null });
    store.deleteInstance(instance("a"));
    expect(store.instance("a")).toBeUndefined();
    expect(store.history(1)).toBe("");
    const { messages, activities } = store.unfinished();
    expect(messages.map(({ seq }) => seq)).toEqual([3]);
    expect(activities.map(({ seq }) => seq)).toEqual([5]);
  });
});

describe("SQLite store", () => {
  test("keeps what was committed, and nothing else", () => {
    const first = new SqliteStore(file());
    first.putInstance(instance("kept"));
    first.commit();
    first.putInstance(instance("lost", { key: 2 }));
    first.close();
    const second = new SqliteStore(file());
    expect(second.instances({}).items.map(({ instanceId }) => instanceId)).toEqual(["kept"]);
    second.close();
  });

  test("writes through to the disk with every commit", () => {
    const store = new SqliteStore(file());
    store.putInstance(instance("a"));
    store.commit();
    store.close();
    const database = new DatabaseSync(file());
    expect(database.prepare("PRAGMA journal_mode").get()?.["journal_mode"]).toBe("wal");
    database.close();
  });

  test("waits for the disk with every commit, unless its options say otherwise", () => {
    const FULL = 2;
    const OFF = 0;
    for (const [options, expected] of [
      [undefined, FULL],
      [{ synchronous: "OFF" }, OFF],
    ] as const) {
      const exec = vi.spyOn(DatabaseSync.prototype, "exec");
      const store = new SqliteStore(file(), options);
      const [database] = exec.mock.contexts as DatabaseSync[];
      exec.mockRestore();
      expect(database?.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: expected });
      store.close();
    }
  });

  test("can only be opened once", () => {
    const store = new SqliteStore(file());
    expect(() => new SqliteStore(file())).toThrow(
      `${file()} is in use: one host at a time can serve a task hub. Stop the other one, or use another file.`,
    );
    store.close();
    new SqliteStore(file()).close();
  });

  test("opens a file of the version before, whose instances tell no waits", () => {
    const store = new SqliteStore(file());
    store.putInstance(instance("a"));
    store.commit();
    store.close();
    const database = new DatabaseSync(file());
    database.exec("ALTER TABLE instances DROP COLUMN waits; PRAGMA user_version = 2");
    database.close();
    for (const waits of [[], [{ kind: "event", name: "go", count: 1, since: 1 } as const]]) {
      const again = new SqliteStore(file());
      expect(again.instance("a")).toEqual(instance("a", { waits: [] }));
      again.updateInstance(instance("a", { waits }));
      expect(again.instance("a")).toEqual(instance("a", { waits }));
      again.close();
    }
  });

  test("refuses a file of another version or kind, and a missing folder", () => {
    const database = new DatabaseSync(file());
    database.exec("CREATE TABLE instances (id); PRAGMA user_version = 99");
    database.close();
    expect(() => new SqliteStore(file())).toThrow(/is a task hub of version 99; this host reads version 3\./);
    const text = path.join(folder, "text.db");
    writeFileSync(text, "not a database, but a text that is long enough to be read as one".repeat(20));
    expect(() => new SqliteStore(text)).toThrow(`${text} is not a task hub file.`);
    expect(() => new SqliteStore(path.join(folder, "none", "hub.db"))).toThrow(/^Cannot open /);
  });

  test("says in one line that a file is damaged", () => {
    const damaged = path.join(folder, "damaged.db");
    new SqliteStore(damaged).close();
    const bytes = readFileSync(damaged);
    // Its first page has the names of the tables.
    writeFileSync(damaged, bytes.fill(7, 4096));
    const store = new SqliteStore(damaged);
    expect(() => store.unfinished()).toThrow(
      /^Cannot read the task hub: Error: database disk image is malformed$/,
    );
    expect(() => store.unfinished()).toThrow(StoreError);
    store.close();
  });
});
