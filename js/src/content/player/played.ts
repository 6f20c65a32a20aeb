// What was played of audio, as stretches of its own seconds: no clock has a say in it.

export type Stretch = readonly [from: number, to: number];

/** Seconds that may be missing: of rounding, and of the silence that a decoder cuts off. */
const SLACK = 0.1;

/** The stretches of both, in order, joined where they meet. */
export function joined(one: readonly Stretch[], other: readonly Stretch[]): readonly Stretch[] {
  const found: [number, number][] = [];
  for (const [from, to] of [...one, ...other].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && from <= last[1] + SLACK) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** The stretches that a browser counts as played. */
export function stretchesOf(ranges: TimeRanges): readonly Stretch[] {
  return Array.from({ length: ranges.length }, (_, at) => [ranges.start(at), ranges.end(at)]);
}

/** Whether all of it was played, in whatever order; of what is empty, all was. */
export function isWhole(played: readonly Stretch[], seconds: number): boolean {
  if (seconds === 0) return true;
  const [first, more] = played;
  if (!first || more || !Number.isFinite(seconds)) return false;
  return first[0] <= SLACK && first[1] >= seconds - SLACK;
}
