/** Values of the events for one instance. */
interface Raised {
  /** A crash may have hidden that the hub had accepted some. */
  readonly sent: Set<string>;
  /** In the order of their acceptance. */
  readonly accepted: string[];
}

/** What has come from outside during a run. */
export class Facts {
  /** How often each activity has run, by its key. */
  readonly runs = new Map<string, number>();
  /** Names of the happenings that an instance has noticed. */
  readonly happened = new Set<string>();
  readonly #raised = new Map<string, Raised>();
  readonly terminated = new Set<string>();
  /** How many activities have failed because their worker died. */
  kills = 0;
  /** How often the worker died while it ran an orchestrator or an entity. */
  deaths = 0;
  /** How often a commit was interrupted by a crash. */
  crashes = 0;
  /** After a rewind, activities do not fail any more. */
  isRepaired = false;

  raisedTo(instanceId: string): Raised {
    const raised = this.#raised.get(instanceId) ?? { sent: new Set(), accepted: [] };
    this.#raised.set(instanceId, raised);
    return raised;
  }

  ran(key: string): void {
    this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
  }
}
