// Two different answers: marks what matters in one alone, and sentences that say nearly the same in both.

import { type Alike, alikeSentences } from "./alike";
import { pointsApart, twins } from "./apart";
import type { Budget } from "./edits";
import type { Mark } from "./marks";
import { type Kind, kinds, type Point, type ReadContent, read } from "./points";
import { openTraits } from "./traits";
import type { Word } from "./words";

export interface Unlike {
  left: Mark[];
  right: Mark[];
  /** How many of each there are on both sides, and how many pairs of sentences. */
  counts: Map<Kind | "alike", number>;
  /** Whether something was found, or not looked for, that is not marked. */
  isCut: boolean;
}

/** The shares of a text that may be marked at most: where all is marked, nothing is. */
const mostPoints = 0.28;
const mostMarked = 0.38;
/** Each mark is laid out anew: so many a side, and so many pairs of sentences. */
const mostOfSide = 200;
const mostAlike = 40;
const stepsOfWord = 30;

export function compareUnlike(
  leftWords: readonly Word[],
  rightWords: readonly Word[],
  budget: Budget,
): Unlike {
  budget.steps -= stepsOfWord * (leftWords.length + rightWords.length);
  const traitsOf = openTraits();
  const [left, right] = [read(leftWords, traitsOf), read(rightWords, traitsOf)];
  const found = alikeSentences(left, right, budget);
  const inLeftAlone = pointsApart(left, right, twins(found, "left"));
  const inRightAlone = pointsApart(right, left, twins(found, "right"));
  const [inLeft, inRight] = [mostImportant(left, inLeftAlone), mostImportant(right, inRightAlone)];
  const alike = fitting(found, [left, right], [inLeft, inRight]);
  const marks = {
    left: marksOf(left, inLeft, alike, "left"),
    right: marksOf(right, inRight, alike, "right"),
  };
  const counts = new Map<Kind | "alike", number>();
  for (const { kind } of [...marks.left, ...marks.right]) {
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (alike.length > 0) counts.set("alike", alike.length);
  const kept = inLeft.length + inRight.length + alike.length;
  const isCut = kept < inLeftAlone.length + inRightAlone.length + found.length || budget.steps <= 0;
  return { ...marks, counts, isCut };
}

function charactersIn({ words }: ReadContent, from = 0, to = words.length): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += (words[at]?.key.length ?? 0) + 1;
  return sum;
}

/**
 * The points for which there is room, those of the kinds that matter most first. Where there is none for all of
 * a kind, each is marked where it comes first, or the kind not at all: what is not marked then means one thing.
 */
function mostImportant(reading: ReadContent, points: readonly Point[]): Point[] {
  let room = mostPoints * charactersIn(reading);
  const kept = new Set<Point>();
  for (const kind of kinds) {
    const all = points.filter((point) => point.kind === kind);
    const seen = new Set<string>();
    const firsts = all.filter(({ values: [value = ""] }) => !seen.has(value) && seen.add(value));
    for (const wanted of [all, firsts]) {
      const size = wanted.reduce((sum, { from, to }) => sum + charactersIn(reading, from, to), 0);
      if (size > room || kept.size + wanted.length > mostOfSide) continue;
      for (const point of wanted) kept.add(point);
      room -= size;
      break;
    }
  }
  return points.filter((point) => kept.has(point));
}

/** The pairs of sentences for which there is room on both sides, in the order of the left. */
function fitting(
  found: readonly Alike[],
  readings: readonly [ReadContent, ReadContent],
  points: readonly [readonly Point[], readonly Point[]],
): Alike[] {
  const rooms = readings.map((reading, side) => {
    const marked = points[side]?.reduce(
      (sum, { from, to }) => sum + charactersIn(reading, from, to),
      0,
    );
    return mostMarked * charactersIn(reading) - (marked ?? 0);
  }) as [number, number];
  const kept = found.filter(({ left, right }) => {
    const [first, second] = [left, right].map((sentence, side) => {
      const reading = readings[side] as ReadContent;
      return charactersIn(reading, reading.sentences[sentence], reading.sentences[sentence + 1]);
    }) as [number, number];
    if (first > rooms[0] || second > rooms[1]) return false;
    rooms[0] -= first;
    rooms[1] -= second;
    return true;
  });
  return kept.slice(0, mostAlike).sort((one, two) => one.left - two.left);
}

function marksOf(
  reading: ReadContent,
  points: readonly Point[],
  alike: readonly Alike[],
  side: "left" | "right",
): Mark[] {
  const { words, sentences } = reading;
  const kindAt = new Map<number, Kind>();
  for (const { kind, from, to } of points) {
    for (let at = from; at < to; at += 1) kindAt.set(at, kind);
  }
  const alikeAt = new Map<number, number>();
  for (const [number, pair] of alike.entries()) {
    const [start = 0, end = 0] = sentences.slice(pair[side], pair[side] + 2);
    for (let at = start; at < end; at += 1) alikeAt.set(at, number + 1);
  }
  const marks: Mark[] = [];
  const begun = new Set<number>();
  let before = -1;
  for (const [at, { node, start, end }] of words.entries()) {
    const [kind, number] = [kindAt.get(at), alikeAt.get(at)];
    if (kind === undefined && number === undefined) continue;
    const last = marks.at(-1);
    const follows = last?.node === node && node instanceof Text && before === at - 1;
    before = at;
    if (follows && last.kind === kind && last.alike === number) {
      last.end = end;
      continue;
    }
    const mark: Mark = { node, start, end, kind, alike: number, isFirst: false };
    if (follows && number !== undefined && last.alike === number) {
      // The space within a sentence is of the sentence.
      if (last.kind === undefined) last.end = start;
      else if (kind === undefined) mark.start = last.end;
    }
    if (number !== undefined && !begun.has(number)) {
      begun.add(number);
      mark.isFirst = true;
    }
    marks.push(mark);
  }
  return marks;
}
