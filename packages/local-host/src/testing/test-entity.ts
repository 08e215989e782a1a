import type { EntityId } from "../engine/history/entity-id.ts";
import type { TaskHub } from "../engine/task-hub.ts";

/** One entity under test. It outlives restarts, so nothing is kept of the host itself. */
export class TestEntity {
  readonly #id: EntityId;
  readonly #host: () => { readonly hub: TaskHub; settle(): Promise<void> };

  constructor(name: string, key: string, host: () => { readonly hub: TaskHub; settle(): Promise<void> }) {
    // As the SDK does it: names of entities have no upper case on the wire.
    this.#id = { name: name.toLowerCase(), key };
    this.#host = host;
  }

  /** Sends an operation, as a client does, and waits until all that can run has run. */
  async signal(operation: string, input?: unknown): Promise<void> {
    const text = input === undefined ? null : JSON.stringify(input);
    await this.#host().hub.signalEntity(this.#id, operation, text);
    await this.#host().settle();
  }

  /** Its state, parsed, after all that can run has run; `undefined` if it has none. */
  async state(): Promise<unknown> {
    await this.#host().settle();
    const entity = await this.#host().hub.readEntity(this.#id);
    return entity?.state ? (JSON.parse(entity.state) as unknown) : undefined;
  }
}
