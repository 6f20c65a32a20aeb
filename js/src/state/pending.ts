// What is on its way to disk, and what it will do to the kernel's counts.

import type { Choice, OutboxEvent, Pair, Past, Standing } from "../protocol";
import { withoutPending } from "./deck";
import { previousPair } from "./history";
import type { Effect, State } from "./store";

/** The kernel's counts, with what is still on its way. */
export function expectedStanding(state: State): Standing {
  const standing = { ...state.standing };
  for (const { effect } of state.pending) {
    standing.labeled += effect.labeled;
    standing.ties += effect.ties;
    standing.both_bad += effect.both_bad;
    standing.skipped += effect.skipped;
    standing.upcoming += effect.upcoming;
  }
  return standing;
}

export type Phase = "connecting" | "read-only" | "labeling" | "waiting" | "done";

export function phase(state: State): Phase {
  if (state.session === null) return "connecting";
  if (state.session.readOnly) return "read-only";
  if (state.deck.length > 0) return "labeling";
  return expectedStanding(state).upcoming > 0 ? "waiting" : "done";
}

/** Puts events kept in the browser's storage back on their way, before any made since. */
export function restore(state: State, events: readonly OutboxEvent[]): State {
  const known = new Set(state.pending.map(({ event }) => event.id));
  const found = events.filter((event) => !known.has(event.id));
  if (found.length === 0) return state;
  const effect = { labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 0 };
  const restored = found.map((event) => ({ event, effect }));
  const pending = [...restored, ...state.pending];
  return { ...state, pending, deck: withoutPending(state.deck, pending) };
}

export const AWAITED: Effect = { labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 0 };

export function effectOf(pair: Pair, choice: Choice): Effect {
  if (pair.label) return effectOfChange(pair, pair.label.choice, choice);
  const leaves = choice !== "skip" || pair.returning;
  return {
    labeled: choice === "skip" ? 0 : 1,
    ties: choice === "tie" ? 1 : 0,
    both_bad: choice === "both_bad" ? 1 : 0,
    skipped:
      Number(choice === "skip" && !pair.returning) - Number(choice !== "skip" && pair.returning),
    upcoming: leaves ? -1 : 0,
  };
}

/** A label in place of another; one that skips the pair has it come back. */
function effectOfChange(pair: Pair, before: Choice, after: Choice): Effect {
  const step = (choice: Choice) => Number(after === choice) - Number(before === choice);
  return {
    labeled: -step("skip"),
    ties: step("tie"),
    both_bad: step("both_bad"),
    skipped: step("skip"),
    upcoming: Number(after === "skip") - Number(pair.queued ?? false),
  };
}

export function effectOfUndo(state: State, last: Past): Effect {
  const pair = previousPair(state);
  // Without the text nothing changes on screen until the kernel sends it.
  if (pair === null) return AWAITED;
  const done = effectOf(pair, last.choice);
  return {
    labeled: -done.labeled,
    ties: -done.ties,
    both_bad: -done.both_bad,
    skipped: -done.skipped,
    upcoming: -done.upcoming,
  };
}
