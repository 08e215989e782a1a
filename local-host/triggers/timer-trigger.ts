import type { AppEnvironment } from "../app/app-environment.ts";
import type { AppFunction } from "../app/app-function.ts";
import type { Alarm, Clock } from "../clock.ts";
import type { TypedData } from "../invocation/function-runner.ts";
import type { FunctionCalls } from "./function-call.ts";
import { parseSchedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { TriggerListener } from "./trigger-listener.ts";

/** Calls one timer function when its schedule says so, by the host's clock, never twice at a time. */
export class TimerTrigger implements TriggerListener {
  readonly #fn: AppFunction;
  readonly #calls: FunctionCalls;
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  #alarm: Alarm | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  /** @throws {AppError} when the schedule cannot be read */
  constructor(parts: {
    readonly fn: AppFunction;
    readonly calls: FunctionCalls;
    readonly clock: Clock;
    readonly environment: AppEnvironment;
  }) {
    this.#fn = parts.fn;
    this.#calls = parts.calls;
    this.#clock = parts.clock;
    this.#schedule = parseSchedule(
      parts.environment.resolve(parts.fn.trigger.binding.schedule ?? ""),
      parts.environment.get("WEBSITE_TIME_ZONE") ?? "UTC",
    );
  }

  start(): void {
    if (this.#fn.trigger.binding.runOnStartup === true) this.#run(this.#clock.now());
    else this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm?.cancel();
    await this.#running;
  }

  #arm(): void {
    if (this.#stopped) return;
    const due = this.#schedule.next(this.#clock.now());
    if (due !== undefined) this.#alarm = this.#clock.at(due, () => this.#run(due), "schedule");
  }

  #run(due: number): void {
    this.#running = this.#calls
      .call(this.#fn, timerInfo(due, this.#schedule.next(due)), {})
      .then(() => this.#arm());
  }
}

/** The value of a timer trigger, as the Functions host writes it. */
export function timerInfo(last: number, next: number | undefined): TypedData {
  const text = (instant: number): string => new Date(instant).toISOString();
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: text(last),
        LastUpdated: text(last),
        ...(next === undefined ? {} : { Next: text(next) }),
      },
      // Nothing is kept of a run that was missed while no host was there.
      IsPastDue: false,
    }),
  };
}
