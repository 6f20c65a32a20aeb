// What the kernel says, and what it makes of the state.

import type { AckMessage, FromKernel, Pair, Past, RefusedMessage, StateMessage } from "../protocol";
import { isUpcoming, toFront, toNext, unique, withoutPending } from "./deck";
import { olderFirst, pastOf, RECENT_PAIRS, saidIn, takeBack } from "./history";
import { list } from "./listing";
import { AWAITED } from "./pending";
import { arrive, isAtWork, prefilled } from "./remarks";
import { currentDraft, currentPair, type NoticeKind, type State } from "./store";

export function receive(state: State, message: FromKernel): State {
  return arrive(state, take(state, message));
}

function take(state: State, message: FromKernel): State {
  switch (message.type) {
    case "state":
      return begin(state, message);
    case "pairs":
      return {
        ...state,
        deck: append(state, message.pairs),
        drafts: saidOfQueued(state.drafts, message.pairs),
      };
    case "ack":
      return acknowledge(state, message);
    case "refused":
      return refuse(state, message);
    case "history":
      return { ...state, history: olderFirst(state.history, message.history) };
    case "listing":
      return { ...state, listing: list(state.listing, message) };
    case "shown":
      return show(state, message.pair);
    case "notice":
      return notify(state, "news", message.text);
    case "pong":
    case "module":
    case "media":
      return state;
    default:
      // A kernel of another version may say what this page knows nothing of.
      message satisfies never;
      return state;
  }
}

function begin(state: State, message: StateMessage): State {
  const { name, open, outbox, question, scale, images, shuffle, guideline } = message;
  const { readOnly, form, guidelines, keys, pace, tooFast, revealModels, nextStep = "" } = message;
  const unsent = state.pending.flatMap(({ event }) => (event.type === "label" ? [event] : []));
  const undone = new Set(
    state.pending.flatMap(({ event }) => (event.type === "undo" ? [event.event] : [])),
  );
  const known = new Set(message.history.map((past) => past.event));
  const history = [
    ...message.history.toReversed(),
    ...unsent.filter((event) => !known.has(event.id)).map(pastOf),
  ].filter((past) => !undone.has(past.event));
  // What is being read stays on screen, unless it was labeled meanwhile.
  const current = currentPair(state);
  const kept = message.deck.filter((pair) => pair.id === current?.id);
  const isSame = shuffle === state.session?.shuffle;
  const past = message.history.find(({ pair }) => pair === current?.id);
  const isTaken = current && past && kept.length === 0 && isSame && isAtWork(state);
  const taken = isTaken ? [labeledElsewhere(current, past)] : [];
  const coming = withoutPending(unique([...kept, ...message.deck]), state.pending);
  const deck = unique([...taken, ...coming]);
  return {
    ...state,
    session: {
      ...{ name, open, outbox, question, scale, images, shuffle, guideline },
      ...{ readOnly, form, guidelines, keys, pace, tooFast, revealModels, nextStep },
    },
    standing: message.standing,
    stopping: message.stopping ?? null,
    deck,
    drafts: saidOfQueued(state.drafts, deck),
    history,
    // Said once to whoever opens the page, and not again for what is sent anew.
    notices:
      state.session === null && message.told
        ? { ...state.notices, news: message.told }
        : state.notices,
    recent: unique([...(isSame ? state.recent : []), ...message.recent.toReversed()]).slice(
      -RECENT_PAIRS,
    ),
  };
}

function append(state: State, pairs: readonly Pair[]): readonly Pair[] {
  return unique([...state.deck, ...withoutPending(pairs, state.pending)]);
}

/** What was said of a pair that is to be looked at anew is there to be said again. */
function saidOfQueued(drafts: State["drafts"], pairs: readonly Pair[]): State["drafts"] {
  const queued = pairs.flatMap(({ id, label }) => (label ? [{ id, label }] : []));
  return queued.reduce((before, { id, label }) => prefilled(before, id, label), drafts);
}

/** Puts an earlier pair on screen, to be judged anew. */
function show(state: State, pair: Pair): State {
  return {
    ...state,
    deck: toFront(state.deck.filter(isUpcoming), pair),
    drafts: pair.label ? prefilled(state.drafts, pair.id, pair.label) : state.drafts,
    editing: null,
  };
}

function acknowledge(state: State, message: AckMessage): State {
  const entry = state.pending.find(({ event }) => event.id === message.id);
  const pending = state.pending.filter((other) => other !== entry);
  const stopping = message.stopping ?? state.stopping;
  const next: State = { ...state, standing: message.standing, stopping, pending };
  const { label, undone, pair } = message;
  if (undone !== undefined && pair !== undefined) {
    // Our own undo has its pair on screen already, unless the text was not at hand.
    const isShown = entry !== undefined && entry.effect !== AWAITED;
    // Whoever is at work on another pair stays there.
    const isBusy = entry ? currentDraft(state) !== entry.draft : isAtWork(state);
    const deck = isShown
      ? next.deck.map((held) => (held.id === pair.id ? pair : held))
      : (isBusy ? toNext : toFront)(next.deck, pair);
    const drafts = pair.draft ? prefilled(next.drafts, pair.id, pair.draft) : next.drafts;
    return { ...takeBack(next, undone), deck, drafts };
  }
  if (undone !== undefined) return takeBack(next, undone);
  if (label === undefined) return next;
  const isKnown =
    next.history.some((past) => past.event === label.event) ||
    pending.some(({ event }) => event.type === "undo" && event.event === label.event);
  const history = isKnown
    ? label.models
      ? next.history.map((past) => (past.event === label.event ? { ...past, ...label } : past))
      : next.history
    : [...next.history, label];
  // Made elsewhere: in another tab, from Python, or when the kernel called the pair otherwise.
  const isOurs = entry?.event.type === "label" && entry.event.pair === label.pair;
  if (isOurs) return { ...next, history };
  const current = currentPair(next);
  const deck = next.deck.filter((held) => held.id !== label.pair);
  if (current?.id !== label.pair || !isAtWork(next)) return { ...next, history, deck };
  return { ...next, history, deck: [labeledElsewhere(current, label), ...deck] };
}

/** A pair as one that was looked up in the list: what is being said of it changes the label. */
function labeledElsewhere(pair: Pair, { choice, strength }: Past): Pair {
  return { ...pair, label: strength === null ? { choice } : { choice, strength } };
}

function refuse(state: State, message: RefusedMessage): State {
  const { id, reason, keep } = message;
  if (keep) {
    const pending = state.pending.map((entry) =>
      entry.event.id === id ? { ...entry, refusal: reason } : entry,
    );
    return { ...state, pending };
  }
  const refused = state.pending.find(({ event }) => event.id === id)?.event;
  return {
    ...state,
    pending: state.pending.filter(({ event }) => event !== refused),
    history: state.history.filter((past) => past.event !== id),
    // What was written is not lost with the label that it went with.
    drafts:
      refused?.type === "label"
        ? prefilled(state.drafts, refused.pair, saidIn(refused))
        : state.drafts,
    notices: { ...state.notices, refusal: reason },
  };
}

/** Shows a notice until it is dismissed, in place of the one before of its kind; null dismisses it. */
export function notify(state: State, kind: NoticeKind, text: string | null): State {
  return { ...state, notices: { ...state.notices, [kind]: text } };
}
