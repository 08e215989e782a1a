/**
 * Runs `work` for each item, a limited number at the same time. After a failure no other item starts; the first failure
 * is thrown when nothing runs any more, so that a retry does not overlap with this call.
 */
export async function inParallel<T>(
  atOnce: number,
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    try {
      for (;;) {
        // Async generators queue concurrent calls of `next`, so workers can share one.
        const next = await source.next();
        if (next.done || failures.length > 0) return;
        await work(next.value);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length === 0) return;
  await source.return?.();
  throw failures[0];
}
