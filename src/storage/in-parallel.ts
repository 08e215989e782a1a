/** Runs `work` for each item, a limited number at the same time; stops at the first failure. */
export async function inParallel<T>(
  atOnce: number,
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const worker = async () => {
    // Async generators queue concurrent calls of `next`, so workers can share one.
    for (let next = await source.next(); !next.done; next = await source.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
