/** Far enough for every rounding that an orchestrator may make, and another weekday. */
const LATER_MS = 400 * 24 * 3600 * 1000;

/**
 * Runs something under a clock that is more than a year ahead, so that code which reads the clock shows it, however
 * fast it runs.
 */
export async function atAnotherTime<T>(work: () => Promise<T>): Promise<T> {
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
