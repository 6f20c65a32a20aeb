import {
  DIFF_DELETE,
  DIFF_EQUAL,
  DIFF_INSERT,
  type Diff,
  diffCommonPrefix,
  diffCommonSuffix,
  diffMain,
} from "diff-match-patch-es";
import { anchors } from "./anchors";
import type { Word } from "./words";

export interface Comparison {
  /** For each word on the left and on the right, whether the other side lacks it. */
  left: boolean[];
  right: boolean[];
  /** The share of the longer side's words that both have, between 0 and 1. */
  common: number;
  /** Whether the time ran out before all was compared. */
  cut: boolean;
}

const surrogates = 0xd800;
const surrogateCount = 0x800;
const mostDifferentWords = 0xffff - surrogateCount;

/** One code unit a different word, so that a comparison of characters compares words. */
function encode(sides: readonly (readonly Word[])[]): string[] | undefined {
  const codes = new Map<string, string>();
  const code = (key: string): string => {
    const known = codes.get(key);
    if (known !== undefined) return known;
    const index = codes.size;
    const made = String.fromCharCode(index < surrogates ? index : index + surrogateCount);
    codes.set(key, made);
    return made;
  };
  const texts = sides.map((words) => words.map((word) => code(word.key)).join(""));
  return codes.size > mostDifferentWords ? undefined : texts;
}

function add(diffs: Diff[], operation: Diff[0], text: string): void {
  if (!text) return;
  const last = diffs.at(-1);
  if (last?.[0] === operation) last[1] += text;
  else diffs.push([operation, text]);
}

/** One stretch in the place of another, but for the ends that they share. */
function replacement(left: string, right: string): Diff[] {
  const start = diffCommonPrefix(left, right);
  const end = diffCommonSuffix(left.slice(start), right.slice(start));
  return [
    [DIFF_EQUAL, left.slice(0, start)],
    [DIFF_DELETE, left.slice(start, left.length - end)],
    [DIFF_INSERT, right.slice(start, right.length - end)],
    [DIFF_EQUAL, left.slice(left.length - end)],
  ];
}

/** The edits that lead from one text to the other, compared between the places where they surely meet. */
function edits(left: string, right: string, deadline: number): Diff[] {
  const diffs: Diff[] = [];
  let leftEnd = 0;
  let rightEnd = 0;
  const ends: [number, number] = [left.length, right.length];
  for (const [leftAt, rightAt] of [...anchors(left, right), ends]) {
    const leftPart = left.slice(leftEnd, leftAt);
    const rightPart = right.slice(rightEnd, rightAt);
    const parts =
      Date.now() < deadline
        ? diffMain(leftPart, rightPart, {}, false, deadline)
        : replacement(leftPart, rightPart);
    for (const [operation, text] of parts) add(diffs, operation, text);
    add(diffs, DIFF_EQUAL, left.charAt(leftAt));
    leftEnd = leftAt + 1;
    rightEnd = rightAt + 1;
  }
  return diffs;
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

/** How many words each edit spans. */
function editCounts(diffs: readonly Diff[], left: Uint32Array, right: Uint32Array): number[] {
  let leftAt = 0;
  let rightAt = 0;
  return diffs.map(([operation, text]) => {
    const [counts, at] = operation === DIFF_INSERT ? [right, rightAt] : [left, leftAt];
    if (operation !== DIFF_INSERT) leftAt += text.length;
    if (operation !== DIFF_DELETE) rightAt += text.length;
    return (counts[at + text.length] ?? 0) - (counts[at] ?? 0);
  });
}

/**
 * Whether a stretch that both sides share is too small to be read as one: a sign, or a word or two between
 * longer differences. Marking it too turns a patchwork into a phrase.
 */
function isCrumb(diffs: readonly Diff[], counts: readonly number[], at: number): boolean {
  const words = counts[at] ?? 0;
  if (words > 2) return false;
  const beside = (step: 1 | -1): number => {
    let most = 0;
    for (let index = at + step; (diffs[index]?.[0] ?? DIFF_EQUAL) !== DIFF_EQUAL; index += step) {
      most = Math.max(most, counts[index] ?? 0);
    }
    return most;
  };
  return Math.min(beside(-1), beside(1)) >= Math.max(1, 3 * words);
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

/** Compares the words of two texts, in about `milliseconds` at most; nothing where they are too many. */
export function compareWords(
  left: readonly Word[],
  right: readonly Word[],
  milliseconds: number,
): Comparison | undefined {
  const [leftText, rightText] = encode([left, right]) ?? [];
  if (leftText === undefined || rightText === undefined) return undefined;
  const deadline = Date.now() + milliseconds;
  const diffs = edits(leftText, rightText, deadline);
  const [leftCounts, rightCounts] = [wordCounts(left), wordCounts(right)];
  const counts = editCounts(diffs, leftCounts, rightCounts);
  const comparison: Comparison = { left: [], right: [], common: 0, cut: Date.now() > deadline };
  let common = 0;
  for (const [index, [operation, text]] of diffs.entries()) {
    const differs = operation !== DIFF_EQUAL || isCrumb(diffs, counts, index);
    if (!differs) common += counts[index] ?? 0;
    for (let word = 0; word < text.length; word += 1) {
      if (operation !== DIFF_INSERT) comparison.left.push(differs);
      if (operation !== DIFF_DELETE) comparison.right.push(differs);
    }
  }
  const longer = Math.max(leftCounts.at(-1) ?? 0, rightCounts.at(-1) ?? 0);
  comparison.common = longer === 0 ? 1 : common / longer;
  return comparison;
}
