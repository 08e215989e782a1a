import type { AppEnvironment } from "../app/app-environment.ts";
import type { AppFunction } from "../app/app-function.ts";
import type { Alarm, Clock } from "../clock.ts";
import type { TypedData } from "../app/typed-data.ts";
import type { FunctionCalls } from "./function-call.ts";
import { isSubMinute, parseSchedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { TriggerListener } from "./trigger-listener.ts";

/** The year 1: the Functions host writes it if there is no such time yet. */
const NEVER = Date.parse("0001-01-01T00:00:00Z");

interface TimerParts {
  readonly fn: AppFunction;
  readonly calls: FunctionCalls;
  readonly clock: Clock;
  readonly environment: AppEnvironment;
}

/** Calls one timer function by its schedule and the host's clock, never twice at the same time. */
export class TimerTrigger implements TriggerListener {
  readonly #parts: TimerParts;
  readonly #schedule: Schedule;
  readonly #hasStatus: boolean;
  #last = NEVER;
  #next: number | undefined;
  #alarm: Alarm | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  /** @throws {AppError} when the schedule cannot be read */
  constructor(parts: TimerParts) {
    const { binding } = parts.fn.trigger;
    this.#parts = parts;
    this.#schedule = parseSchedule(
      parts.environment.resolve(binding.schedule ?? ""),
      parts.environment.get("WEBSITE_TIME_ZONE") ?? "UTC",
    );
    const now = parts.clock.now();
    this.#next = this.#schedule.next(now);
    this.#hasStatus = binding.useMonitor !== false && !isSubMinute(this.#schedule, now);
  }

  /**
   * The trigger's value, as the Functions host writes it. It shows the status before this run: `Last` is the previous
   * run, `Next` is the run that is due now.
   */
  get info(): TypedData {
    const text = (instant: number): string => new Date(instant).toISOString();
    const status = {
      Last: text(this.#last),
      ...(this.#next === undefined ? {} : { Next: text(this.#next) }),
      LastUpdated: text(this.#last),
    };
    return {
      json: JSON.stringify({
        Schedule: { AdjustForDST: this.#schedule.kind === "cron" },
        ScheduleStatus: this.#hasStatus ? status : null,
        // Runs that were missed while the host was stopped are not recorded.
        IsPastDue: false,
      }),
    };
  }

  start(): void {
    if (this.#parts.fn.trigger.binding.runOnStartup === true) this.#run(this.#parts.clock.now());
    else this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.cancel();
    await this.#running;
  }

  /** The next run is computed from the time of this one. If it becomes due in the meantime, it follows immediately. */
  #arm(): void {
    const due = this.#next;
    if (this.#stopped || due === undefined) return;
    this.#alarm = this.#parts.clock.at(
      due,
      () => this.#run(Math.max(due, this.#parts.clock.now())),
      "schedule",
    );
  }

  #run(instant: number): void {
    this.#running = this.#parts.calls.call(this.#parts.fn, this.info, {}).then(() => {
      this.#last = instant;
      this.#next = this.#schedule.next(instant);
      this.#arm();
    });
  }
}
