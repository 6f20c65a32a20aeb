// The pairs to come, in the order in which they are shown.

import type { Choice, Pair } from "../protocol";
import type { Pending } from "./store";

export function toFront(deck: readonly Pair[], pair: Pair): readonly Pair[] {
  return [pair, ...deck.filter((held) => held.id !== pair.id)];
}

/** Puts a pair behind the one on screen, which stays. */
export function toNext(deck: readonly Pair[], pair: Pair): readonly Pair[] {
  const [current, ...rest] = deck.filter((held) => held.id !== pair.id);
  return current ? [current, pair, ...rest] : [pair];
}

export function unique(pairs: readonly Pair[]): readonly Pair[] {
  const seen = new Set<string>();
  return pairs.filter((pair) => !seen.has(pair.id) && seen.add(pair.id));
}

/** Leaves out the pairs whose label is on its way; a skipped one may be back already. */
export function withoutPending(
  pairs: readonly Pair[],
  pending: readonly Pending[],
): readonly Pair[] {
  const undone = new Set(
    pending.flatMap(({ event }) => (event.type === "undo" ? [event.event] : [])),
  );
  const choices = new Map<string, Choice>();
  for (const { event } of pending) {
    if (event.type === "label" && !undone.has(event.id)) choices.set(event.pair, event.choice);
  }
  if (choices.size === 0) return pairs;
  return pairs.filter(({ id, returning }) => {
    const choice = choices.get(id);
    return choice === undefined || (choice === "skip" && returning);
  });
}

/** Whether a pair is among those to come, and not one that was looked up in the list. */
export function isUpcoming({ label, queued }: Pair): boolean {
  return label === undefined || queued === true;
}

export function withoutLabel({ label: _, queued: __, ...pair }: Pair): Pair {
  return pair;
}
