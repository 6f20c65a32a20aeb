const length = 3;

/** Where each stretch of three stands in a text, or -1 where it stands more than once. */
function places(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = 0; at + length <= text.length; at += 1) {
    const stretch = text.slice(at, at + length);
    found.set(stretch, found.has(stretch) ? -1 : at);
  }
  return found;
}

/** The longest rising run of `values`, as their places. */
function longestRising(values: readonly number[]): number[] {
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[at] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = at;
  }
  const run: number[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) run.push(at);
  return run.reverse();
}

/**
 * Places where two texts surely meet: three in a row that stand once on each side, in the same order. Between
 * them a comparison has little to do, so that it takes milliseconds where the whole would take seconds.
 */
export function anchors(left: string, right: string): [left: number, right: number][] {
  const inRight = places(right);
  const both: [number, number][] = [];
  for (const [stretch, at] of places(left)) {
    const other = inRight.get(stretch);
    if (at >= 0 && other !== undefined && other >= 0) both.push([at, other]);
  }
  both.sort(([one], [two]) => one - two);
  const rising = longestRising(both.map(([, other]) => other));
  return rising.map((at) => both[at] as [number, number]);
}
