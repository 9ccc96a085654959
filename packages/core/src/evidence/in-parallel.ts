/** Runs `work` on every item, at most `limit` at a time; results in the items' order. Stops at the first failure. */
export async function inParallel<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const running = new Set<Promise<void>>();
  let index = 0;
  for await (const item of items) {
    const place = index++;
    const run: Promise<void> = work(item, place).then((result) => {
      results[place] = result;
      running.delete(run);
    });
    running.add(run);
    // A failure is thrown by the race or by the wait at the end, never left without a listener.
    run.catch(() => undefined);
    if (running.size >= limit) await Promise.race(running);
  }
  await Promise.all(running);
  return results;
}
