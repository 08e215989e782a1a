/** Later than any rounding in an orchestrator, and on another weekday. */
const LATER_MS = 400 * 24 * 3600 * 1000;

/**
 * Runs a function with a clock that is more than a year ahead, so that results that depend on the clock differ even if
 * the code is fast.
 */
export async function withLaterClock<T>(work: () => Promise<T>): Promise<T> {
  const { Date: real } = globalThis;
  const now = (): number => real.now() + LATER_MS;
  globalThis.Date = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new real(now()).toString(),
    get: (target, name, receiver) =>
      name === "now" ? now : (Reflect.get(target, name, receiver) as unknown),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = real;
  }
}
