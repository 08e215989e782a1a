/**
 * Runs a function during which `Date` of this process reads another clock: `now` returns epoch milliseconds. Calls must
 * not overlap, because each sets the `Date` of the whole process.
 */
export async function withClock<T>(now: () => number, work: () => Promise<T>): Promise<T> {
  const { Date: real } = globalThis;
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
