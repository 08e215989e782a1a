import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { ParentInstance, RuntimeStatus, Wait } from "./instance.ts";
import { openDatabase } from "./sqlite-schema.ts";
import type { SqliteOptions } from "./sqlite-schema.ts";
import { StoreError } from "./store.ts";
import type {
  InstanceQuery,
  Page,
  Store,
  StoredActivity,
  StoredInstance,
  StoredMessage,
  UnfinishedWork,
} from "./store.ts";

type Row = Record<string, SQLOutputValue>;

/**
 * A task hub in one SQLite file. The first change after a commit opens a transaction and `commit` closes it, with one
 * sync to disk for everything in between, unless `options` say otherwise.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  #inTransaction = false;

  /** @throws {StoreError} see {@link openDatabase} */
  constructor(file: string, options: SqliteOptions = {}) {
    this.#database = openDatabase(file, options);
    this.#statements = prepare(this.#database);
  }

  unfinished(): UnfinishedWork {
    const sql = this.#statements;
    try {
      return {
        lastNumber: integer(sql.lastNumber.get()?.["last"]),
        messages: sql.messages.all().map(toMessage),
        activities: sql.activities.all().map(toActivity),
      };
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw new StoreError(`Cannot read the task hub: ${String(error)}`, { cause: error });
    }
  }

  instance(instanceId: string): StoredInstance | undefined {
    const row = this.#statements.instance.get(instanceId);
    return row === undefined ? undefined : toInstance(row);
  }

  instances(query: InstanceQuery): Page<StoredInstance> {
    const { where, values } = conditions(query);
    const top = query.top ?? Number.MAX_SAFE_INTEGER - 1;
    const items = this.#database
      .prepare(`SELECT * FROM instances ${where} ORDER BY id LIMIT ?`)
      .all(...values, top + 1)
      .map(toInstance);
    if (items.length <= top) return { items };
    items.pop();
    return { items, continuation: items.at(-1)?.instanceId };
  }

  history(key: number): string {
    return this.#statements.history
      .all(key)
      .map((row) => text(row["events"]))
      .join(",");
  }

  putInstance(instance: StoredInstance): void {
    this.#changes.putInstance.run(
      instance.key,
      instance.instanceId,
      instance.kind,
      instance.executionId,
      instance.name,
      instance.version,
      instance.runtimeStatus,
      instance.input,
      instance.output,
      instance.customStatus,
      instance.parent === null ? null : JSON.stringify(instance.parent),
      instance.generation,
      instance.sourceInstanceId,
      instance.createdTime,
      instance.lastUpdatedTime,
      listText(instance.problems),
      listText(instance.waits),
    );
  }

  updateInstance(instance: StoredInstance): void {
    this.#changes.updateInstance.run(
      instance.runtimeStatus,
      instance.output,
      instance.customStatus,
      instance.lastUpdatedTime,
      listText(instance.problems),
      listText(instance.waits),
      instance.key,
    );
  }

  deleteInstance({ instanceId, key, kind }: StoredInstance): void {
    this.#changes.deleteInstance.run(key);
    this.#changes.deleteHistory.run(key);
    this.#changes.deleteMessagesOf.run(kind, instanceId);
    if (kind === "orchestration") this.#changes.deleteActivitiesOf.run(instanceId);
  }

  appendHistory(key: number, events: string): void {
    this.#changes.appendHistory.run(key, events);
  }

  deleteHistory(key: number): void {
    this.#changes.deleteHistory.run(key);
  }

  putMessage({ seq, kind, instanceId, executionId, due, body }: StoredMessage): void {
    this.#changes.putMessage.run(seq, kind, instanceId, executionId, due, body);
  }

  deleteMessage(seq: number): void {
    this.#changes.deleteMessage.run(seq);
  }

  putActivity({ seq, instanceId, executionId, taskId, name, input }: StoredActivity): void {
    this.#changes.putActivity.run(seq, instanceId, executionId, taskId, name, input);
  }

  deleteActivity(seq: number): void {
    this.#changes.deleteActivity.run(seq);
  }

  commit(): void {
    if (!this.#inTransaction) return;
    try {
      this.#statements.commit.run();
      this.#inTransaction = false;
    } catch (error) {
      throw new StoreError(`Cannot write the task hub: ${String(error)}`, { cause: error });
    }
  }

  close(): void {
    if (this.#inTransaction) this.#database.exec("ROLLBACK");
    this.#inTransaction = false;
    this.#database.close();
  }

  /** The statements, for a change: the first one after a commit opens the transaction. */
  get #changes(): ReturnType<typeof prepare> {
    if (!this.#inTransaction) this.#statements.begin.run();
    this.#inTransaction = true;
    return this.#statements;
  }
}

function prepare(database: DatabaseSync) {
  const sql = (statement: string): StatementSync => database.prepare(statement);
  return {
    begin: sql("BEGIN IMMEDIATE"),
    commit: sql("COMMIT"),
    lastNumber: sql(`SELECT max(
        (SELECT coalesce(max(key), 0) FROM instances),
        (SELECT coalesce(max(seq), 0) FROM messages),
        (SELECT coalesce(max(seq), 0) FROM activities),
        (SELECT coalesce(max(instance), 0) FROM history)) AS last`),
    messages: sql("SELECT * FROM messages ORDER BY seq"),
    activities: sql("SELECT * FROM activities ORDER BY seq"),
    instance: sql("SELECT * FROM instances WHERE id = ?"),
    history: sql("SELECT events FROM history WHERE instance = ? ORDER BY seq"),
    putInstance: sql(
      "INSERT OR REPLACE INTO instances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    updateInstance: sql(
      "UPDATE instances SET status = ?, output = ?, custom_status = ?, updated = ?, problems = ?, waits = ? WHERE key = ?",
    ),
    deleteInstance: sql("DELETE FROM instances WHERE key = ?"),
    appendHistory: sql("INSERT INTO history (instance, events) VALUES (?, ?)"),
    deleteHistory: sql("DELETE FROM history WHERE instance = ?"),
    putMessage: sql("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)"),
    deleteMessage: sql("DELETE FROM messages WHERE seq = ?"),
    deleteMessagesOf: sql("DELETE FROM messages WHERE kind = ? AND instance_id = ?"),
    putActivity: sql("INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?)"),
    deleteActivity: sql("DELETE FROM activities WHERE seq = ?"),
    deleteActivitiesOf: sql("DELETE FROM activities WHERE instance_id = ?"),
  };
}

function conditions(query: InstanceQuery): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...given: (SQLInputValue | undefined)[]): void => {
    const present = given.filter((value) => value !== undefined);
    if (present.length < given.length || given.length === 0) return;
    parts.push(condition);
    values.push(...present);
  };
  add("kind = ?", query.kind);
  // The upper bound lets the index on id serve the prefix; U+10FFFF sorts behind every other character.
  add(
    "id >= ? AND id < ?",
    query.prefix,
    query.prefix === undefined ? undefined : `${query.prefix}\u{10FFFF}`,
  );
  add("id > ?", query.after);
  add("created >= ?", query.createdFrom);
  add("created <= ?", query.createdTo);
  add("updated >= ?", query.updatedFrom);
  add("updated <= ?", query.updatedTo);
  const statuses = query.statuses ?? [];
  add(`status IN (${statuses.map(() => "?").join()})`, ...statuses);
  return { where: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}

function toInstance(row: Row): StoredInstance {
  const parent = nullableText(row["parent"]);
  const parentInstance = parent === null ? null : (JSON.parse(parent) as ParentInstance);
  return {
    key: integer(row["key"]),
    instanceId: text(row["id"]),
    kind: row["kind"] === "entity" ? "entity" : "orchestration",
    executionId: text(row["execution_id"]),
    name: text(row["name"]),
    version: nullableText(row["version"]),
    runtimeStatus: text(row["status"]) as RuntimeStatus,
    input: nullableText(row["input"]),
    output: nullableText(row["output"]),
    customStatus: nullableText(row["custom_status"]),
    parentInstanceId: parentInstance?.OrchestrationInstance.InstanceId ?? null,
    parent: parentInstance,
    generation: row["generation"] === null ? null : integer(row["generation"]),
    sourceInstanceId: nullableText(row["source_id"]),
    createdTime: integer(row["created"]),
    lastUpdatedTime: integer(row["updated"]),
    problems: listIn(row["problems"]) as string[],
    waits: listIn(row["waits"]) as Wait[],
  };
}

/** Null for an empty list, because most instances have no problems, and wait for nothing any more. */
function listText(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list);
}

function listIn(column: SQLOutputValue | undefined): unknown[] {
  const list = nullableText(column);
  return list === null ? [] : (JSON.parse(list) as unknown[]);
}

function toMessage(row: Row): StoredMessage {
  return {
    seq: integer(row["seq"]),
    kind: row["kind"] === "entity" ? "entity" : "orchestration",
    instanceId: text(row["instance_id"]),
    executionId: nullableText(row["execution_id"]),
    due: row["due"] === null ? null : integer(row["due"]),
    body: text(row["body"]),
  };
}

function toActivity(row: Row): StoredActivity {
  return {
    seq: integer(row["seq"]),
    instanceId: text(row["instance_id"]),
    executionId: text(row["execution_id"]),
    taskId: integer(row["task_id"]),
    name: text(row["name"]),
    input: nullableText(row["input"]),
  };
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== "string")
    throw new StoreError("The task hub file contains a value of the wrong type.");
  return value;
}

function nullableText(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : text(value);
}

function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== "number")
    throw new StoreError("The task hub file contains a value of the wrong type.");
  return value;
}
