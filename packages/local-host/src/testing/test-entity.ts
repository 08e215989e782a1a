import type { EntityId } from "../engine/history/entity-id.ts";
import type { TaskHub } from "../engine/task-hub.ts";

/** One entity under test. It survives restarts, so it keeps no reference to the host. */
export class TestEntity {
  readonly #id: EntityId;
  readonly #host: () => { readonly hub: TaskHub; settle(): Promise<void> };

  constructor(name: string, key: string, host: () => { readonly hub: TaskHub; settle(): Promise<void> }) {
    // As in the SDK: names of entities are lower-case in messages.
    this.#id = { name: name.toLowerCase(), key };
    this.#host = host;
  }

  /** Sends an operation, as a client does, and waits until everything that can run has run. */
  async signal(operation: string, input?: unknown): Promise<void> {
    const text = input === undefined ? null : JSON.stringify(input);
    await this.#host().hub.signalEntity(this.#id, operation, text);
    await this.#host().settle();
  }

  /** Its state, parsed, after everything that can run has run; `undefined` if it has none. */
  async state(): Promise<unknown> {
    await this.#host().settle();
    const entity = await this.#host().hub.readEntity(this.#id);
    return entity?.state ? (JSON.parse(entity.state) as unknown) : undefined;
  }
}
