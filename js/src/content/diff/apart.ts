// What matters in each of two answers and is not in the other.

import type { Alike } from "./alike";
import type { Point, ReadContent } from "./points";

/** How far a negation reaches, in words. */
const reach = 3;

/** The points of one side that the other lacks. */
export function pointsApart(
  one: ReadContent,
  other: ReadContent,
  alike: ReadonlyMap<number, number>,
): Point[] {
  const negated = negatedIn(other);
  const hasNegation = other.points.some(({ kind }) => kind === "negation");
  const hasListing = other.places.some(({ listing }) => listing);
  return one.points.filter((point) => {
    const { kind, from, values } = point;
    if (kind === "link") return !other.hrefs.has(values[0] ?? "");
    if (kind === "negation") {
      const twin = alike.get(sentenceAt(one, from));
      if (twin !== undefined) return !isNegated(other, twin);
      return !hasNegation || deniesWhatIsSaid(one, point, other, negated);
    }
    // Code beside an answer that has none is seen as it is.
    if (one.places[from]?.listing && !hasListing) return false;
    return !values.some((value) => other.known.has(value));
  });
}

/** The same sentences, by their places on one side. */
export function twins(alike: readonly Alike[], side: "left" | "right"): Map<number, number> {
  const other = side === "left" ? "right" : "left";
  return new Map(alike.map((pair) => [pair[side], pair[other]]));
}

export function sentenceAt({ sentences }: ReadContent, word: number): number {
  let [low, high] = [0, sentences.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sentences[middle] ?? 0) <= word) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isNegated(reading: ReadContent, sentence: number): boolean {
  const [start = 0, end = 0] = reading.sentences.slice(sentence, sentence + 2);
  return reading.points.some(
    ({ kind, from }) => kind === "negation" && from >= start && from < end,
  );
}

function denied({ words }: ReadContent, { to }: Point): string[] {
  return words
    .slice(to, to + reach)
    .map(({ key }) => key.toLowerCase())
    .filter((key) => key.length > 3);
}

function negatedIn(reading: ReadContent): Set<string> {
  const negations = reading.points.filter(({ kind }) => kind === "negation");
  return new Set(negations.flatMap((point) => denied(reading, point)));
}

/** Whether a negation stands before what the other side says without one. */
function deniesWhatIsSaid(
  one: ReadContent,
  point: Point,
  other: ReadContent,
  negated: ReadonlySet<string>,
): boolean {
  const [first] = denied(one, point);
  return first !== undefined && other.known.has(first) && !negated.has(first);
}
