// The labels that undo can take back, and the texts of their pairs.

import type { Judged, LabelEvent, Pair, Past } from "../protocol";
import { remarksOf } from "./draft";
import type { Remembered, State } from "./store";

export const RECENT_PAIRS = 20;

/** The pair that undo would bring back, as it stood then, where its text is at hand. */
export function previousPair(state: State): Pair | null {
  const last = state.history.at(-1);
  const text = state.recent.find((pair) => pair.id === last?.pair);
  if (last === undefined || text === undefined || last.changes) return null;
  const earlier = state.history.slice(0, -1).findLast((past) => past.pair === last.pair);
  return { ...text, returning: earlier?.choice === "skip" };
}

export function pastOf(event: LabelEvent): Remembered {
  const { id, pair, choice, strength } = event;
  return { event: id, pair, choice, strength: strength ?? null, said: saidIn(event) };
}

export function saidIn(event: LabelEvent): Judged {
  const { choice, strength } = event;
  return { choice, ...(strength === undefined ? {} : { strength }), ...remarksOf(event) };
}

export function olderFirst(
  history: readonly Remembered[],
  older: readonly Past[],
): readonly Remembered[] {
  const known = new Set(history.map((past) => past.event));
  return [...older.filter((past) => !known.has(past.event)).toReversed(), ...history];
}

export function remember(recent: readonly Pair[], pair: Pair): readonly Pair[] {
  return [...recent.filter((held) => held.id !== pair.id), pair].slice(-RECENT_PAIRS);
}

export function takeBack(state: State, event: string): State {
  return { ...state, history: state.history.filter((past) => past.event !== event) };
}
