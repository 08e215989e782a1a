import { messageOf } from "../../errors.ts";
import type { StoredActivity } from "../../stores/store.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import type { TaskCompleted, TaskFailed } from "../history/events.ts";
import { taskCompleted, taskFailed } from "../history/incoming-events.ts";
import type { HttpRequest } from "../replay/actions.ts";
import { HTTP_ACTIVITY } from "../replay/http-call.ts";
import { activityFailure, activityInput, resultText } from "./activity-data.ts";
import { runHttpActivity } from "./http-activity.ts";
import type { TokenSource } from "./http-activity.ts";

/** Runs one activity, the app's or the host's own for `callHttp`, and returns its outcome. */
export class ActivityExecution {
  readonly #parts: EngineParts;
  readonly #tokenFor: TokenSource | undefined;
  #hasWarned = false;

  constructor(parts: EngineParts, tokenFor: TokenSource | undefined) {
    this.#parts = parts;
    this.#tokenFor = tokenFor;
  }

  /**
   * Never rejects: the store is not used here, so an error fails only this activity.
   *
   * @param traceParent the trace of its instance
   */
  async run(activity: StoredActivity, traceParent: string | undefined): Promise<TaskCompleted | TaskFailed> {
    try {
      return activity.name === HTTP_ACTIVITY
        ? await this.#runHttp(activity)
        : await this.#runFunction(activity, traceParent);
    } catch (error) {
      const message = messageOf(error);
      const failure = activityFailure(activity.name, { ok: false, message, stack: "" });
      return taskFailed(this.#parts.clock.now(), activity.taskId, failure);
    }
  }

  async #runHttp({ input, taskId }: StoredActivity): Promise<TaskCompleted | TaskFailed> {
    const request = JSON.parse(input ?? "{}") as HttpRequest;
    if (request.tokenSource !== undefined && this.#tokenFor === undefined) this.#warnOfToken();
    const answer = await runHttpActivity(request, this.#tokenFor);
    const at = this.#parts.clock.now();
    return answer.ok
      ? taskCompleted(at, taskId, JSON.stringify(answer.result))
      : taskFailed(at, taskId, answer.failure);
  }

  #warnOfToken(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.log(
      "warning",
      "HTTP",
      "callHttp with a tokenSource: there is no managed identity here, so its requests are sent without Authorization.",
    );
  }

  async #runFunction(
    { name, input, instanceId, taskId }: StoredActivity,
    traceParent: string | undefined,
  ): Promise<TaskCompleted | TaskFailed> {
    const { runner, clock } = this.#parts;
    const registered = runner.find("activity", name);
    const isDisabled = runner.isDisabled("activity", name);
    if (registered === undefined || isDisabled) {
      // The function existed when it was scheduled, so the app has changed since then.
      const message = `Activity function '${name}' ${isDisabled ? "is disabled" : "does not exist"}.`;
      return taskFailed(clock.now(), taskId, activityFailure(name, { ok: false, message, stack: "" }));
    }
    const metadata = {
      instanceId: { string: instanceId },
      ...(input === null ? {} : { data: { json: input } }),
    };
    const trigger = activityInput(input);
    const result = await runner.run("activity", registered, trigger, metadata, traceParent);
    const at = clock.now();
    return result.ok
      ? taskCompleted(at, taskId, resultText(result.returnValue))
      : taskFailed(at, taskId, activityFailure(name, result));
  }
}
