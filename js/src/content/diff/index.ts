// The module that marks differences, asked for when they first are.

import type { Differ, Differences } from "../types";
import { compareWords, mostCommon } from "./compare";
import { foldSame } from "./fold";
import { markStretches, stretches } from "./marks";
import { wordsOf } from "./words";

const unlike = "The texts have too little in common to compare.";
const tooLong = "The texts are too long to compare word by word.";
const tooMuch = "The texts differ too much to compare word by word.";
const mostWords = 20_000;
// Each is laid out anew: 600 take half of the time there is.
const mostMarks = 600;
// Counted rather than timed, so that a pair looks the same on a slow machine and a busy one: reading a word
// takes about as long as so many steps of the comparison.
const mostSteps = 1_500_000;
const stepsOfWord = 20;
const leastCommon = 0.2;

function none(reason: string): Differences {
  return { undo: () => {}, reason };
}

/**
 * Marks the words in which two rendered contents differ, on both sides, as `mark.diff-only-left` and
 * `mark.diff-only-right`. Takes about 60 ms at most whatever the length; where that is not enough, or the two
 * have too little in common for marks to help, nothing is marked and the reason says why.
 */
const diffContent: Differ = (left, right, options = {}) => {
  const sides = [left, right].map((content) => wordsOf(content, mostWords));
  const [leftWords, rightWords] = sides;
  if (!leftWords || !rightWords) return none(tooLong);
  const words = leftWords.length + rightWords.length;
  if (words > 0 && mostCommon(leftWords, rightWords) < leastCommon) return none(unlike);
  const budget = { steps: mostSteps - stepsOfWord * words };
  const compared = compareWords(leftWords, rightWords, budget);
  if (compared.cut && compared.common < 0.5) return none(tooMuch);
  if (compared.common < leastCommon) return none(unlike);
  const onlyLeft = stretches(leftWords, compared.left);
  const onlyRight = stretches(rightWords, compared.right);
  if (onlyLeft.length + onlyRight.length > mostMarks) {
    return none("The texts differ in too many places to mark them.");
  }
  const steps = [
    ...markStretches(onlyLeft, "diff-only-left"),
    ...markStretches(onlyRight, "diff-only-right"),
  ];
  if (options.fold) steps.push(...foldSame(left, right));
  const undo = (): void => {
    for (const step of steps.reverse().splice(0)) step();
  };
  return steps.length > 0 ? { undo } : { undo, reason: "The texts are the same." };
};

export default diffContent;
