// The module that marks differences, asked for when they first are.

import type { Differ, Differences } from "../types";
import { compareWords, mostCommon } from "./compare";
import { foldSame } from "./fold";
import { type Mark, markStretches, stretches } from "./marks";
import { meetCounterparts } from "./meeting";
import { kinds } from "./points";
import { compareUnlike, type Unlike } from "./unlike";
import { type Word, wordsOf } from "./words";

const tooLong = "The texts are too long to compare word by word.";
const unlike =
  "The texts have too little in common to compare word by word, and nothing else to mark stands in one alone.";
const tooMuch = "The texts differ too much to compare word by word.";
const tooMany = "The texts differ in too many places to mark them.";
const wording = "Marked: the words that one side alone has.";
const mostWords = 12_000;
// Each is laid out anew: 600 take half of the time there is.
const mostMarks = 600;
// Counted rather than timed, so that a pair looks the same on a slow machine and a busy one: reading a word, and
// looking for points and sentences in it, takes about as long as so many steps of the comparison.
const mostSteps = 450_000;
const stepsOfWord = 12;
/** The share of words in common from which one text is a rewriting of the other. */
const leastCommon = 0.4;

/**
 * Marks in what two rendered contents differ, as `mark.diff-only-left` and `mark.diff-only-right`. Of a text and
 * its rewriting these are the words that one side lacks; of two different answers, which share few words, the
 * numbers, names, links, code and negations (`data-kind`), beside sentences that say nearly the same
 * (`mark.diff-alike`, with one number on both sides). Takes about 60 ms at most whatever the length; where
 * nothing is marked the reason says why.
 */
const diffContent: Differ = (left, right, options = {}) => {
  const sides = [left, right].map((content) => wordsOf(content, mostWords));
  const [leftWords, rightWords] = sides;
  if (!leftWords || !rightWords) return { undo: () => {}, reason: tooLong };
  const budget = { steps: mostSteps - stepsOfWord * (leftWords.length + rightWords.length) };
  const rewritten = compareRewritten(leftWords, rightWords, budget);
  if (typeof rewritten !== "string") {
    const steps = markBoth(...rewritten);
    if (options.fold) steps.push(...foldSame(left, right));
    return steps.length > 0
      ? { undo: undoing(steps), legend: wording }
      : { undo: undoing(steps), reason: "The texts are the same." };
  }
  // Enough in any case, whatever a comparison word by word has left over: it is of another size.
  const [inLeft = [], inRight = []] = [leftWords, rightWords].map((words) => words.filter(isSaid));
  const apart = compareUnlike(inLeft, inRight, { steps: 400_000 });
  if (apart.left.length + apart.right.length === 0) return { undo: () => {}, reason: rewritten };
  const steps = markBoth(apart.left, apart.right);
  steps.push(meetCounterparts([left, right]));
  return { undo: undoing(steps), legend: legendOf(apart) };
};

/** The words that each side lacks, or why one text cannot be shown as a rewriting of the other. */
function compareRewritten(
  left: readonly Word[],
  right: readonly Word[],
  budget: { steps: number },
): [Mark[], Mark[]] | string {
  if (left.length + right.length > 0 && mostCommon(left, right) < leastCommon) return unlike;
  const compared = compareWords(left, right, budget);
  if (compared.cut && compared.common < 0.5) return tooMuch;
  if (compared.common < leastCommon) return unlike;
  const marks = [stretches(left, compared.left), stretches(right, compared.right)] as const;
  return marks[0].length + marks[1].length > mostMarks ? tooMany : [...marks];
}

/** Not where a link leads: that is of the link, which is held against the other side's as a whole. */
function isSaid({ node }: Word): boolean {
  return !node.parentElement?.matches(".link-target");
}

function markBoth(left: readonly Mark[], right: readonly Mark[]): (() => void)[] {
  return [...markStretches(left, "left"), ...markStretches(right, "right")];
}

function undoing(steps: (() => void)[]): Differences["undo"] {
  return () => {
    for (const step of steps.reverse().splice(0)) step();
  };
}

function legendOf({ counts, isCut }: Unlike): string {
  const say = (count: number, name: string): string => `${count} ${name}${count === 1 ? "" : "s"}`;
  const points = kinds.flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    if (count === 0) return [];
    return [kind === "code" ? `${count} of code` : say(count, kind)];
  });
  const alike = counts.get("alike") ?? 0;
  return [
    points.length > 0 ? `Only in one: ${points.join(", ")}.` : "",
    alike > 0 ? `In both: ${say(alike, "numbered sentence")} (click or Tab).` : "",
    isCut ? "Not all is marked." : "",
  ]
    .filter(Boolean)
    .join(" ");
}

export default diffContent;
