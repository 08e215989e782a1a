import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { scratchFolder } from "./scratch-folder.ts";

/** A minimal durable engine as the baseline: history, queue and instance rows in SQLite, without the SDK. */
export class SqliteBaseline {
  readonly #folder = scratchFolder("sqlite-baseline");
  readonly #db = new DatabaseSync(join(this.#folder, "baseline.db"));
  readonly #insertHistory;
  readonly #insertMessage;
  readonly #readMessage;
  readonly #deleteMessage;
  readonly #upsertInstance;
  #ids = 0;
  #turn: Promise<void> | undefined;

  constructor() {
    this.#db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE history (instance INTEGER, seq INTEGER, event TEXT, PRIMARY KEY (instance, seq)) WITHOUT ROWID;
      CREATE TABLE queue (id INTEGER PRIMARY KEY, instance INTEGER, message TEXT);
      CREATE TABLE instances (id INTEGER PRIMARY KEY, status TEXT, output TEXT);`);
    this.#insertHistory = this.#db.prepare("INSERT INTO history VALUES (?, ?, ?)");
    this.#insertMessage = this.#db.prepare("INSERT INTO queue VALUES (?, ?, ?)");
    this.#readMessage = this.#db.prepare("SELECT message FROM queue WHERE id = ?");
    this.#deleteMessage = this.#db.prepare("DELETE FROM queue WHERE id = ?");
    this.#upsertInstance = this.#db.prepare(
      "INSERT INTO instances VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, output = excluded.output",
    );
  }

  /** A chain of `steps` trivial activities: a commit for the start and one for each step. */
  async chain(x: number, steps = 5): Promise<number> {
    const instance = this.#ids++;
    let value = x;
    let message = this.#enqueue(instance, completed(-1, value));
    this.#upsertInstance.run(instance, "Pending", null);
    await this.#commit();
    for (let step = 0; step < steps; step++) {
      value = this.#receive(instance, 2 * step, message) + 1;
      this.#record(instance, 2 * step + 1, scheduled(step, "increment"));
      message = this.#enqueue(instance, completed(step, value));
      this.#upsertInstance.run(instance, step + 1 < steps ? "Running" : "Completed", String(value));
      await this.#commit();
    }
    return value;
  }

  /** `width` trivial activities in parallel: a commit for the fan-out, one for each completion, one for the fan-in. */
  async fan(width: number): Promise<number> {
    const instance = this.#ids++;
    const messages = Array.from({ length: width }, (_, index) => {
      this.#record(instance, index, scheduled(index, "identity"));
      return this.#enqueue(instance, completed(index, index));
    });
    await this.#commit();
    const results = await Promise.all(
      messages.map(async (message, index) => {
        const value = this.#receive(instance, width + index, message);
        await this.#commit();
        return value;
      }),
    );
    const sum = results.reduce((total, result) => total + result, 0);
    this.#upsertInstance.run(instance, "Completed", JSON.stringify(sum));
    await this.#commit();
    return sum;
  }

  close(): void {
    this.#db.close();
  }

  #enqueue(instance: number, message: object): number {
    this.#begin();
    const id = this.#ids++;
    this.#insertMessage.run(id, instance, JSON.stringify(message));
    return id;
  }

  /** Moves a message from the queue to the history. */
  #receive(instance: number, seq: number, id: number): number {
    this.#begin();
    const message = String(this.#readMessage.get(id)?.["message"]);
    this.#deleteMessage.run(id);
    this.#insertHistory.run(instance, seq, message);
    return Number((JSON.parse(message) as { Result: string }).Result);
  }

  #record(instance: number, seq: number, event: object): void {
    this.#begin();
    this.#insertHistory.run(instance, seq, JSON.stringify(event));
  }

  /** All changes of one turn of the event loop are one transaction. */
  #begin(): void {
    if (this.#turn) return;
    this.#db.exec("BEGIN");
    this.#turn = new Promise((resolve) => {
      setImmediate(() => {
        this.#db.exec("COMMIT");
        this.#turn = undefined;
        resolve();
      });
    });
  }

  async #commit(): Promise<void> {
    this.#begin();
    await this.#turn;
  }
}

/** Events as the extension writes them, so that the stored data is as large as in a real history. */
const TIME = "2026-01-01T00:00:00.0000000Z";
const scheduled = (id: number, name: string) => ({
  EventType: 4,
  EventId: id,
  IsPlayed: false,
  Timestamp: TIME,
  Name: name,
  Version: "",
  Input: null,
  ParentTraceContext: null,
  Tags: null,
});
const completed = (id: number, result: number) => ({
  EventType: 5,
  EventId: -1,
  IsPlayed: false,
  Timestamp: TIME,
  TaskScheduledId: id,
  Result: String(result),
});
