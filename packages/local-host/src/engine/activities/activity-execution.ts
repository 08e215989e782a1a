import type { Clock } from "../../clock.ts";
import type { FunctionRunner } from "../../invocation/function-runner.ts";
import type { StoredActivity } from "../../stores/store.ts";
import { activityFailure, activityInput, resultText } from "./activity-data.ts";
import type { TaskCompleted, TaskFailed } from "../history/events.ts";
import { runHttpActivity } from "./http-activity.ts";
import type { TokenSource } from "./http-activity.ts";
import type { EngineLog } from "../log.ts";
import type { HttpRequest } from "../replay/actions.ts";
import { taskCompleted, taskFailed } from "../history/incoming-events.ts";
import { HTTP_ACTIVITY } from "../replay/http-call.ts";
import { messageOf } from "../../errors.ts";

/** Runs one activity, the app's or the host's own for `callHttp`, and says how it ended. */
export class ActivityExecution {
  readonly #runner: FunctionRunner;
  readonly #clock: Clock;
  readonly #tokenFor: TokenSource | undefined;
  readonly #log: EngineLog;
  #hasWarned = false;

  constructor(parts: {
    readonly runner: FunctionRunner;
    readonly clock: Clock;
    readonly tokenFor: TokenSource | undefined;
    readonly log: EngineLog;
  }) {
    this.#runner = parts.runner;
    this.#clock = parts.clock;
    this.#tokenFor = parts.tokenFor;
    this.#log = parts.log;
  }

  /**
   * Does not reject: the store is not touched here, so whatever goes wrong fails this activity only.
   *
   * @param traceParent the trace that its instance belongs to
   */
  async run(activity: StoredActivity, traceParent: string | undefined): Promise<TaskCompleted | TaskFailed> {
    try {
      return activity.name === HTTP_ACTIVITY
        ? await this.#runHttp(activity)
        : await this.#runFunction(activity, traceParent);
    } catch (error) {
      const message = messageOf(error);
      const failure = activityFailure(activity.name, { ok: false, message, stack: "" });
      return taskFailed(this.#clock.now(), activity.taskId, failure);
    }
  }

  async #runHttp({ input, taskId }: StoredActivity): Promise<TaskCompleted | TaskFailed> {
    const request = JSON.parse(input ?? "{}") as HttpRequest;
    if (request.tokenSource !== undefined && this.#tokenFor === undefined) this.#warnOfToken();
    const answer = await runHttpActivity(request, this.#tokenFor);
    const at = this.#clock.now();
    return answer.ok
      ? taskCompleted(at, taskId, JSON.stringify(answer.result))
      : taskFailed(at, taskId, answer.failure);
  }

  #warnOfToken(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#log(
      "warning",
      "HTTP",
      "callHttp with a tokenSource: there is no managed identity here, so that its requests go out without Authorization.",
    );
  }

  async #runFunction(
    { name, input, instanceId, taskId }: StoredActivity,
    traceParent: string | undefined,
  ): Promise<TaskCompleted | TaskFailed> {
    const registered = this.#runner.find("activity", name);
    const isDisabled = this.#runner.isDisabled("activity", name);
    if (registered === undefined || isDisabled) {
      // One that does not exist was there when it was scheduled: the app has changed since.
      const message = `Activity function '${name}' ${isDisabled ? "is disabled" : "does not exist"}.`;
      return taskFailed(this.#clock.now(), taskId, activityFailure(name, { ok: false, message, stack: "" }));
    }
    const metadata = {
      instanceId: { string: instanceId },
      ...(input === null ? {} : { data: { json: input } }),
    };
    const trigger = activityInput(input);
    const result = await this.#runner.run("activity", registered, trigger, metadata, traceParent);
    const at = this.#clock.now();
    return result.ok
      ? taskCompleted(at, taskId, resultText(result.returnValue))
      : taskFailed(at, taskId, activityFailure(name, result));
  }
}
