import { type Budget, editsBetween, type Hunk } from "./edits";
import type { Word } from "./words";

export interface Comparison {
  /** For each word on the left and on the right, whether the other side lacks it. */
  left: boolean[];
  right: boolean[];
  /** The share of the longer side's words that both have, between 0 and 1. */
  common: number;
  /** Whether the budget ran out before all was compared. */
  cut: boolean;
}

/** One code unit a different word, so that texts are compared that hold a word in each character. */
function encode(sides: readonly (readonly Word[])[]): string[] {
  const codes = new Map<string, string>();
  const code = (key: string): string => {
    const known = codes.get(key);
    if (known !== undefined) return known;
    const made = String.fromCharCode(codes.size);
    codes.set(key, made);
    return made;
  };
  return sides.map((words) => words.map((word) => code(word.key)).join(""));
}

const letter = /[\p{L}\p{N}]/u;

/** How many of the words before each place are words and not signs. */
function wordCounts(words: readonly Word[]): Uint32Array {
  const counts = new Uint32Array(words.length + 1);
  for (const [index, word] of words.entries()) {
    counts[index + 1] = (counts[index] ?? 0) + (letter.test(word.key) ? 1 : 0);
  }
  return counts;
}

/** The words that each hunk spans, signs left out. */
function wordsIn(hunks: readonly Hunk[], left: Uint32Array, right: Uint32Array): Hunk[] {
  let leftAt = 0;
  let rightAt = 0;
  const count = (counts: Uint32Array, from: number, length: number): number =>
    (counts[from + length] ?? 0) - (counts[from] ?? 0);
  return hunks.map((hunk) => {
    const onlyLeft = count(left, leftAt, hunk.left);
    const onlyRight = count(right, rightAt, hunk.right);
    const both = count(left, leftAt + hunk.left, hunk.both);
    leftAt += hunk.left + hunk.both;
    rightAt += hunk.right + hunk.both;
    return { left: onlyLeft, right: onlyRight, both };
  });
}

/**
 * Whether a stretch that both sides share is too small to be read as one: a sign, or a word or two between
 * longer differences. Marking it too turns a patchwork into a phrase.
 */
function isCrumb(words: readonly Hunk[], at: number): boolean {
  const both = words[at]?.both ?? 0;
  if (both > 2) return false;
  const differing = (hunk?: Hunk): number => Math.max(hunk?.left ?? 0, hunk?.right ?? 0);
  return Math.min(differing(words[at]), differing(words[at + 1])) >= Math.max(1, 3 * both);
}

/** The most words that two texts can have in common, as a share of the longer one. */
export function mostCommon(left: readonly Word[], right: readonly Word[]): number {
  const counts = new Map<string, number>();
  for (const { key } of left) counts.set(key, (counts.get(key) ?? 0) + 1);
  let common = 0;
  for (const { key } of right) {
    const count = counts.get(key) ?? 0;
    if (count > 0) common += 1;
    counts.set(key, count - 1);
  }
  return common / Math.max(left.length, right.length, 1);
}

/** Compares the words of two texts, of at most 65,536 different ones, within a budget. */
export function compareWords(
  left: readonly Word[],
  right: readonly Word[],
  budget: Budget,
): Comparison {
  const [leftText = "", rightText = ""] = encode([left, right]);
  const hunks = editsBetween(leftText, rightText, budget);
  const [leftCounts, rightCounts] = [wordCounts(left), wordCounts(right)];
  const words = wordsIn(hunks, leftCounts, rightCounts);
  const found = { left: [] as boolean[], right: [] as boolean[] };
  let common = 0;
  const add = (side: boolean[], count: number, differs: boolean): void => {
    for (let word = 0; word < count; word += 1) side.push(differs);
  };
  for (const [index, hunk] of hunks.entries()) {
    const differs = isCrumb(words, index);
    if (!differs) common += words[index]?.both ?? 0;
    add(found.left, hunk.left, true);
    add(found.right, hunk.right, true);
    add(found.left, hunk.both, differs);
    add(found.right, hunk.both, differs);
  }
  const longer = Math.max(leftCounts.at(-1) ?? 0, rightCounts.at(-1) ?? 0);
  return { ...found, common: longer === 0 ? 1 : common / longer, cut: budget.steps <= 0 };
}
