/**
 * Runs `work` over `items`, at most `width` at a time, and gives the results in the order of the items.
 * A rejection stops nothing else; the caller's `work` turns failures into results.
 */
export async function runAll<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
