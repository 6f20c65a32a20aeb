// Sentences of two answers that say nearly the same.

import type { Budget } from "./edits";
import type { ReadContent } from "./points";
import type { Traits } from "./traits";

/** A sentence on the left and one on the right, by their places, and how much they have in common. */
export interface Alike {
  left: number;
  right: number;
  common: number;
}

const leastCommon = 0.5;
const leastTerms = 3;

/** What a sentence is about: its longer words without endings, or, where a letter is a word, two in a row. */
function termsOf({ words, places, traits }: ReadContent, start: number, end: number): Set<string> {
  const terms = new Set<string>();
  if (places[start]?.heading || places[start]?.listing) return terms;
  for (let at = start; at < end; at += 1) {
    const { term, standsAlone } = traits[at] as Traits;
    if (term !== null) terms.add(term);
    else if (standsAlone && at + 1 < end && traits[at + 1]?.standsAlone) {
      terms.add(`${words[at]?.key}${words[at + 1]?.key}`);
    }
  }
  return terms;
}

/**
 * Pairs of sentences that say nearly the same, each sentence in one at most, best first. Terms count by how rare
 * they are. Looks at sentences that share terms, within a budget.
 */
export function alikeSentences(left: ReadContent, right: ReadContent, budget: Budget): Alike[] {
  const [lefts, rights] = [left, right].map((reading) =>
    reading.sentences
      .slice(0, -1)
      .map((start, at) => termsOf(reading, start, reading.sentences[at + 1] ?? start)),
  ) as [Set<string>[], Set<string>[]];
  const counts = new Map<string, number>();
  for (const terms of [...lefts, ...rights]) {
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const all = lefts.length + rights.length;
  const weight = (term: string): number => Math.log(1 + all / (counts.get(term) ?? 1));
  const total = (terms: Set<string>): number =>
    [...terms].reduce((sum, term) => sum + weight(term), 0);
  const within = new Map<string, number[]>();
  for (const [at, terms] of rights.entries()) {
    for (const term of terms) {
      const places = within.get(term);
      if (places) places.push(at);
      else within.set(term, [at]);
    }
  }
  const totals = rights.map(total);
  const found: Alike[] = [];
  for (const [at, terms] of lefts.entries()) {
    if (terms.size < leastTerms) continue;
    const shared = new Map<number, number>();
    for (const term of terms) {
      const others = within.get(term) ?? [];
      budget.steps -= 20 + 5 * others.length;
      if (budget.steps <= 0) return bestOf(found);
      for (const other of others) shared.set(other, (shared.get(other) ?? 0) + weight(term));
    }
    const own = total(terms);
    for (const [other, sum] of shared) {
      if ((rights[other]?.size ?? 0) < leastTerms) continue;
      const common = (2 * sum) / (own + (totals[other] ?? 0));
      if (common >= leastCommon) found.push({ left: at, right: other, common });
    }
  }
  return bestOf(found);
}

function bestOf(found: Alike[]): Alike[] {
  found.sort((one, two) => two.common - one.common || one.left - two.left || one.right - two.right);
  const [lefts, rights] = [new Set<number>(), new Set<number>()];
  return found.filter(({ left, right }) => {
    if (lefts.has(left) || rights.has(right)) return false;
    lefts.add(left);
    rights.add(right);
    return true;
  });
}
