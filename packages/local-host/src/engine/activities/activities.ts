import { WaitingInTest } from "../../invocation/waiting-in-test.ts";
import type { StoredActivity } from "../../stores/store.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import { eventText } from "../history/event-text.ts";
import { ActivityExecution } from "./activity-execution.ts";
import { ActivityPool } from "./activity-pool.ts";
import type { TokenSource } from "./http-activity.ts";

interface ScheduledActivity {
  readonly activity: StoredActivity;
  readonly traceParent: string | undefined;
}

/** Runs the activities that orchestrations have scheduled, and delivers their results. */
export class Activities {
  readonly #parts: EngineParts;
  readonly #execution: ActivityExecution;
  readonly #pool: ActivityPool<ScheduledActivity>;
  readonly #waitingInTest: WaitingInTest;
  #isStopped = false;

  constructor(parts: EngineParts, tokenFor: TokenSource | undefined) {
    this.#parts = parts;
    this.#execution = new ActivityExecution(parts, tokenFor);
    this.#pool = new ActivityPool(parts.settings.maxConcurrentActivityFunctions, (scheduled) =>
      this.#run(scheduled),
    );
    this.#waitingInTest = parts.runner.waitingInTest ?? new WaitingInTest();
    this.#waitingInTest.onWait(() => parts.commits.schedule());
  }

  /** True even if activities wait for a test. */
  get isIdle(): boolean {
    return this.#pool.isIdleBut(this.#waitingInTest.count);
  }

  /** @param traceParent the trace of the instance */
  start(activity: StoredActivity, traceParent: string | undefined): void {
    this.#pool.add({ activity, traceParent });
  }

  /** Starts no more activities; the waiting ones stay in the store. */
  stop(): void {
    this.#isStopped = true;
    this.#pool.stop();
  }

  async #run({ activity, traceParent }: ScheduledActivity): Promise<void> {
    const { store, messages, commits } = this.#parts;
    const { instanceId, executionId, seq } = activity;
    const recipient = { kind: "orchestration", instanceId, executionId } as const;
    try {
      const event = await this.#execution.run(activity, traceParent);
      if (this.#isStopped) {
        // No episode will process the result, so the store keeps it for the next engine.
        store.deleteActivity(seq);
        messages.send(recipient, event);
      } else {
        messages.deliver({ ...recipient, text: eventText(event), source: { table: "activities", seq } });
      }
    } catch (error) {
      commits.fail(error);
    } finally {
      commits.schedule();
    }
  }
}
