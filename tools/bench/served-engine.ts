import { createLocalHost, loadApp, type LocalHost, MemoryStore, SqliteStore } from "durable-local-host";
import { BENCH_APP } from "./bench-app.ts";

/** The local host with the bench app, in this process. */
export class ServedEngine {
  readonly #host: LocalHost;
  readonly #disk: SqliteStore | undefined;

  private constructor(host: LocalHost, disk: SqliteStore | undefined) {
    this.#host = host;
    this.#disk = disk;
  }

  /** @param file of the task hub; in memory if absent */
  static async start(file?: string): Promise<ServedEngine> {
    const disk = file === undefined ? undefined : new SqliteStore(file);
    const store = disk ?? new MemoryStore();
    const host = await createLocalHost({ app: await loadApp(BENCH_APP), port: 0, store });
    await host.start();
    return new ServedEngine(host, disk);
  }

  begin(name: string, input: unknown = null): Promise<string> {
    return this.#host.hub.start({ name, input: JSON.stringify(input) });
  }

  async end(instanceId: string): Promise<unknown> {
    const { output } = await this.#host.engine.waitForCompletion(instanceId);
    return JSON.parse(output ?? "null") as unknown;
  }

  async run(name: string, input: unknown): Promise<unknown> {
    return this.end(await this.begin(name, input));
  }

  raise(instanceId: string, event: string): Promise<void> {
    return this.#host.hub.raiseEvent(instanceId, event, "null");
  }

  /** Waits until nothing can run before a time or an event comes. */
  idle(): Promise<void> {
    return this.#host.idle();
  }

  async stop(): Promise<void> {
    await this.#host.stop();
    this.#disk?.close();
  }
}
