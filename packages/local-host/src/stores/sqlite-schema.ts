import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store.ts";
import { messageOf } from "../errors.ts";

/** Increased with every change of the tables. Of older files, only those of the version before are changed. */
const SCHEMA_VERSION = 3;
const WITHOUT_WAITS = 2;

const TABLES = `
  CREATE TABLE instances (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT,
    status TEXT NOT NULL,
    input TEXT,
    output TEXT,
    custom_status TEXT,
    parent TEXT,
    generation INTEGER,
    source_id TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    problems TEXT,
    waits TEXT
  ) STRICT;
  CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL,
    events TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_of_instance ON history (instance);
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    execution_id TEXT,
    due INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_to_instance ON messages (instance_id);
  CREATE TABLE activities (
    seq INTEGER PRIMARY KEY,
    instance_id TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    task_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    input TEXT
  ) STRICT;
`;

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/**
 * How the file is opened. `synchronous` is SQLite's setting: with `OFF`, commits are not written to the disk at once.
 * They survive the death of the process, but not a loss of power: right for tests, where each write to disk costs time.
 */
export interface SqliteOptions {
  readonly synchronous?: "FULL" | "OFF";
}

/**
 * Opens a task hub file exclusively, and creates its tables if it is new.
 *
 * @throws {StoreError} if another process uses the file, or it is not a task hub file of this version
 */
export function openDatabase(file: string, { synchronous = "FULL" }: SqliteOptions): DatabaseSync {
  // Not an import: Node 22.12 has the module only behind a flag, and Node warns whenever it is loaded.
  const sqlite = process.getBuiltinModule("node:sqlite");
  if (sqlite === undefined) {
    throw new StoreError("SQLite needs Node 22.13 or later, or NODE_OPTIONS=--experimental-sqlite.");
  }
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(file, { timeout: 0 });
    // Exclusive locking must come before the first access in WAL mode: the lock is then held until the file
    // is closed or the process dies, and SQLite keeps the WAL index in memory instead of a shared file.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`PRAGMA synchronous = ${synchronous}`);
    createTables(database, file);
    return database;
  } catch (error) {
    if (database?.isOpen === true) database.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(reason(file, error), { cause: error });
  }
}

function createTables(database: DatabaseSync, file: string): void {
  database.exec("BEGIN EXCLUSIVE");
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (version === WITHOUT_WAITS) database.exec("ALTER TABLE instances ADD COLUMN waits TEXT");
  if (version === WITHOUT_WAITS || version === SCHEMA_VERSION) {
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
    return;
  }
  const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"];
  if (version !== 0 || tables !== 0) {
    throw new StoreError(
      `${file} is a task hub of version ${String(version)}; this host reads version ${SCHEMA_VERSION}. ` +
        "Delete the file to start with an empty one.",
    );
  }
  database.exec(TABLES);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  database.exec("COMMIT");
}

function reason(file: string, error: unknown): string {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  if (code === SQLITE_BUSY) {
    return `${file} is in use: one host at a time can serve a task hub. Stop the other one, or use another file.`;
  }
  if (code === SQLITE_NOTADB) return `${file} is not a task hub file.`;
  return `Cannot open ${file}: ${messageOf(error)}`;
}
