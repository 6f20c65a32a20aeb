// What the annotator decides: a choice, taking one back, leaving one as it was.

import type { Choice, LabelEvent, Strength, UndoEvent } from "../protocol";
import { isUpcoming, toFront, withoutLabel } from "./deck";
import { missingFor, onScreen, remarksOf } from "./draft";
import { pastOf, previousPair, remember } from "./history";
import { effectOf, effectOfUndo, expectedStanding } from "./pending";
import { arrive, askAnew, hold, letGo, prefilled, withoutDraft } from "./remarks";
import { currentDraft, currentPair, type Remembered, type State } from "./store";

export interface Made {
  id: string;
  at: string;
}

/**
 * Records a choice on the pair on screen; the next pair is then on screen. Where something that the
 * session asks for is missing, the choice is held instead.
 */
export function choose(
  state: State,
  made: Made,
  choice: Choice,
  strength?: Strength,
  seconds?: number,
): [State, LabelEvent | null] {
  const pair = currentPair(state);
  const { session } = state;
  if (pair === null || session === null || session.readOnly) return [state, null];
  const draft = currentDraft(state);
  const held = { choice, strength };
  if (state.editing === "asking" && (choice === "left" || choice === "right")) {
    return [{ ...hold(state, held), editing: choice }, null];
  }
  if (missingFor(held, draft, session.form)) return [hold(state, held), null];
  const event: LabelEvent = {
    type: "label",
    ...made,
    pair: pair.id,
    choice,
    ...(strength === undefined ? {} : { strength }),
    ...remarksOf(onScreen(draft, session.form)),
    shuffle: session.shuffle,
    guideline: session.guideline,
    ...(seconds === undefined ? {} : { seconds }),
  };
  const upcoming = state.deck.filter(isUpcoming);
  const deckIsAll = upcoming.length === expectedStanding(state).upcoming;
  const deck = state.deck.slice(1);
  // Where the kernel has no more to send, a skipped pair's return is known here already.
  if (choice === "skip" && !pair.returning && deckIsAll) {
    deck.push({ ...withoutLabel(pair), returning: true });
  }
  const past: Remembered = { ...pastOf(event), ...(pair.label ? { changes: true } : {}) };
  const next: State = {
    ...state,
    deck,
    history: [...state.history, past],
    recent: remember(state.recent, withoutLabel(pair)),
    pending: [...state.pending, { event, effect: effectOf(pair, choice) }],
    drafts: withoutDraft(state.drafts, pair.id),
    editing: null,
    wasQuick: false,
  };
  return [arrive(state, next), event];
}

/**
 * Takes the last label back; its pair is on screen again, at once if its text is at hand. A choice
 * that is held was made later than any label, and goes first.
 */
export function undo(state: State, made: Made): [State, UndoEvent | null] {
  if (currentDraft(state).held) return [letGo(state), null];
  const last = state.history.at(-1);
  if (last === undefined || state.session?.readOnly) return [state, null];
  const event: UndoEvent = { type: "undo", ...made, event: last.event };
  const pair = previousPair(state);
  const next: State = {
    ...state,
    deck: pair ? toFront(state.deck, pair) : state.deck,
    history: state.history.slice(0, -1),
    pending: [
      ...state.pending,
      { event, effect: effectOfUndo(state, last), draft: currentDraft(state) },
    ],
    drafts: pair && last.said ? prefilled(state.drafts, pair.id, last.said) : state.drafts,
    editing: null,
    wasQuick: false,
  };
  return [pair ? askAnew(next) : next, event];
}

/** Leaves a pair that was shown to be judged anew as it was. */
export function keep(state: State): State {
  const pair = currentPair(state);
  if (!pair?.label) return state;
  return arrive(state, {
    ...state,
    deck: state.deck.slice(1),
    drafts: withoutDraft(state.drafts, pair.id),
    editing: null,
  });
}
