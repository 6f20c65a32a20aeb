// Deck, outbox and history as plain data, and what each event makes of them. No DOM, no clock, no
// network: the same events always give the same state.

import type { ImagePolicy } from "./content";
import * as judging from "./judging";
import type { OwnKeys, Tick } from "./keys";
import type {
  AckMessage,
  Choice,
  Filter,
  Form,
  FromKernel,
  Judged,
  LabelEvent,
  Listed,
  ListingMessage,
  Named,
  OutboxEvent,
  Pair,
  Past,
  RefusedMessage,
  Scale,
  Standing,
  StateMessage,
  Strength,
  TooFast,
  UndoEvent,
  Verdict,
} from "./protocol";

export interface Session {
  name: string;
  open: string;
  /** Names this session and annotator in the browser's storage. */
  outbox: string;
  question: string;
  scale: Scale;
  /** Whether an image that a response links to may be requested. */
  images: ImagePolicy;
  /** Names the shuffle of sides that the deck was made under. */
  shuffle: string;
  readOnly: boolean;
  form: Form;
  guidelines: string | null;
  keys: OwnKeys;
  pace: boolean;
  tooFast: TooFast;
  revealModels: boolean;
}

/** A label that undo can take back, with what this page knows was said in it. */
export interface Remembered extends Past {
  said?: Judged;
}

/** The list of what was labeled, as far as it has come. */
export interface Listing {
  filter: Filter;
  items: readonly Listed[];
  more: boolean;
  isAwaited: boolean;
}

/** An event on its way to disk, and what it will do to the kernel's counts. */
export interface Pending {
  event: OutboxEvent;
  effect: Effect;
  /** Why the kernel did not take it, if it said so; it is tried again. */
  refusal?: string;
}

type Effect = Pick<Standing, "labeled" | "ties" | "both_bad" | "skipped" | "upcoming">;

export interface State {
  session: Session | null;
  /** As of the kernel's last word. */
  standing: Standing;
  /** The pairs to come; the first one is on screen. */
  deck: readonly Pair[];
  /** Labels that undo can take back, oldest first. */
  history: readonly Remembered[];
  /** Texts of pairs just labeled, so that undo need not wait. */
  recent: readonly Pair[];
  pending: readonly Pending[];
  /** What was refused for good, to be shown until dismissed. */
  notice: string | null;
  /** What is said of pairs that are not labeled yet, by pair. */
  drafts: ReadonlyMap<string, judging.Draft>;
  /** The side whose answer is being edited, or that it is yet to be said which. */
  editing: judging.Edited | "asking" | null;
  /** Whether the last choice was quicker than the texts can be read. */
  wasQuick: boolean;
  listing: Listing | null;
}

export const RECENT_PAIRS = 20;

const NOTHING: Standing = {
  total: 0,
  labeled: 0,
  ties: 0,
  both_bad: 0,
  skipped: 0,
  upcoming: 0,
};

export const INITIAL: State = {
  session: null,
  standing: NOTHING,
  deck: [],
  history: [],
  recent: [],
  pending: [],
  notice: null,
  drafts: new Map(),
  editing: null,
  wasQuick: false,
  listing: null,
};

// -- what is on screen

export function currentPair(state: State): Pair | null {
  return state.deck[0] ?? null;
}

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

export type Phase = "connecting" | "reading" | "labeling" | "waiting" | "done";

export function phase(state: State): Phase {
  if (state.session === null) return "connecting";
  if (state.session.readOnly) return "reading";
  if (state.deck.length > 0) return "labeling";
  return expectedStanding(state).upcoming > 0 ? "waiting" : "done";
}

/** What is said so far of the pair on screen. */
export function currentDraft(state: State): judging.Draft {
  return state.drafts.get(currentPair(state)?.id ?? "") ?? judging.NO_DRAFT;
}

/** The criterion that a choice made by key answers, or null where it is about the pair itself. */
export function answered(state: State, choice: Choice): Named | null {
  const { session, editing } = state;
  if (session === null || choice === "skip" || editing === "asking") return null;
  return session.form.criteria[judging.activeRow(currentDraft(state), session.form)] ?? null;
}

/**
 * What keeps the choice from being sent that was made on the pair on screen; nothing while it waits
 * to be made once more.
 */
export function missing(state: State): judging.Missing | null {
  const draft = currentDraft(state);
  if (draft.held === undefined || draft.held.isQuick) return null;
  return judging.missingFor(draft.held, draft, state.session?.form ?? judging.NO_FORM);
}

/** The pair that undo would bring back, as it stood then, where its text is at hand. */
export function previousPair(state: State): Pair | null {
  const last = state.history.at(-1);
  const text = state.recent.find((pair) => pair.id === last?.pair);
  if (last === undefined || text === undefined || last.changes) return null;
  const earlier = state.history.slice(0, -1).findLast((past) => past.pair === last.pair);
  return { ...text, returning: earlier?.choice === "skip" };
}

// -- what the annotator does

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
  if (judging.missingFor(held, draft, session.form)) return [hold(state, held), null];
  const event: LabelEvent = {
    type: "label",
    ...made,
    pair: pair.id,
    choice,
    ...(strength === undefined ? {} : { strength }),
    ...judging.remarksOf(draft),
    shuffle: session.shuffle,
    ...(seconds === undefined ? {} : { seconds }),
  };
  const upcoming = state.deck.filter((held) => held.label === undefined);
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
  return [next, event];
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
    pending: [...state.pending, { event, effect: effectOfUndo(state, last) }],
    drafts: pair && last.said ? prefilled(state.drafts, pair.id, last.said) : state.drafts,
    editing: null,
    wasQuick: false,
  };
  return [next, event];
}

// -- what the annotator says beside the choice

/** Keeps a choice until what is missing is there. */
export function hold(state: State, held: judging.Held): State {
  return redraft(state, (draft) => {
    const { row: _, ...rest } = draft;
    return { ...rest, held };
  });
}

function letGo(state: State): State {
  return redraft(state, ({ held: _, ...rest }) => rest);
}

export function answer(state: State, name: string, verdict: Verdict): State {
  return redraft(state, (draft, form) => judging.answer(draft, form, name, verdict));
}

export function moveRow(state: State, step: 1 | -1): State {
  return redraft(state, (draft, form) => judging.moveRow(draft, form, step));
}

export function tick(state: State, what: Tick): State {
  return redraft(state, (draft) => judging.toggleTick(draft, what));
}

export function write(state: State, note: string): State {
  return redraft(state, (draft) => judging.withNote(draft, note));
}

/** Begins to edit the better answer, or asks which it is; edits no longer if it was being done. */
export function startEdit(state: State): State {
  if (currentPair(state) === null) return state;
  const { edited, held } = currentDraft(state);
  const better = held?.choice === "left" || held?.choice === "right" ? held.choice : undefined;
  return { ...state, editing: state.editing ? null : (edited ?? better ?? "asking") };
}

export function stopEdit(state: State): State {
  return { ...state, editing: null };
}

export function edit(state: State, text: string): State {
  const { editing } = state;
  if (editing === null || editing === "asking") return state;
  const original = judging.editableText(currentPair(state)?.[editing] ?? "");
  return redraft(state, (draft) =>
    text === original ? judging.withoutEdit(draft) : judging.withEdit(draft, editing, text),
  );
}

export function discardEdit(state: State): State {
  return { ...redraft(state, judging.withoutEdit), editing: null };
}

/** Begins a list of what was labeled, or asks for more of it. */
export function awaitListing(state: State, filter: Filter, isNew: boolean): State {
  const items = isNew ? [] : (state.listing?.items ?? []);
  return { ...state, listing: { filter, items, more: false, isAwaited: true } };
}

/** Whether more is said now of a pair shown to be judged anew, or other things, than before. */
export function isChanged(state: State): boolean {
  const label = currentPair(state)?.label;
  if (!label) return false;
  const said = (draft: judging.Draft) =>
    JSON.stringify(Object.entries(judging.remarksOf(draft)).sort());
  return said(currentDraft(state)) !== said(judging.draftOf(label));
}

/** Leaves a pair that was shown to be judged anew as it was. */
export function keep(state: State): State {
  const pair = currentPair(state);
  if (!pair?.label) return state;
  return {
    ...state,
    deck: state.deck.slice(1),
    drafts: withoutDraft(state.drafts, pair.id),
    editing: null,
  };
}

/** Takes up what was said before the page was loaded anew. */
export function restoreDrafts(state: State, drafts: ReadonlyMap<string, judging.Draft>): State {
  return { ...state, drafts: new Map([...drafts, ...state.drafts]) };
}

function redraft(state: State, change: (draft: judging.Draft, form: Form) => judging.Draft): State {
  const pair = currentPair(state);
  if (pair === null || state.session === null || state.session.readOnly) return state;
  const draft = change(currentDraft(state), state.session.form);
  return { ...state, drafts: new Map([...state.drafts, [pair.id, draft]]) };
}

function withoutDraft(drafts: State["drafts"], pair: string): State["drafts"] {
  if (!drafts.has(pair)) return drafts;
  return new Map([...drafts].filter(([id]) => id !== pair));
}

function prefilled(drafts: State["drafts"], pair: string, said: Judged): State["drafts"] {
  const draft = judging.draftOf(said);
  if (drafts.has(pair) || judging.isEmpty(draft)) return drafts;
  return new Map([...drafts, [pair, draft]]);
}

function withoutLabel({ label: _, ...pair }: Pair): Pair {
  return pair;
}

export function dismissNotice(state: State): State {
  return { ...state, notice: null };
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

// -- what the kernel says

export function receive(state: State, message: FromKernel): State {
  switch (message.type) {
    case "state":
      return begin(state, message);
    case "pairs":
      return { ...state, deck: append(state, message.pairs) };
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
    case "pong":
    case "module":
    case "image":
      return state;
  }
}

function begin(state: State, message: StateMessage): State {
  const { name, open, outbox, question, scale, images, shuffle, readOnly } = message;
  const { form, guidelines, keys, pace, tooFast, revealModels } = message;
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
  const deck = withoutPending(unique([...kept, ...message.deck]), state.pending);
  return {
    ...state,
    session: {
      ...{ name, open, outbox, question, scale, images, shuffle, readOnly },
      form: form ?? judging.NO_FORM,
      guidelines: guidelines ?? null,
      keys: keys ?? {},
      pace: pace ?? false,
      tooFast: tooFast ?? null,
      revealModels: revealModels ?? false,
    },
    standing: message.standing,
    deck,
    history,
    recent: unique([
      ...(shuffle === state.session?.shuffle ? state.recent : []),
      ...message.recent.toReversed(),
    ]).slice(-RECENT_PAIRS),
  };
}

function append(state: State, pairs: readonly Pair[]): readonly Pair[] {
  return unique([...state.deck, ...withoutPending(pairs, state.pending)]);
}

function list(before: Listing | null, { filter, items, more }: ListingMessage): Listing {
  const known = before?.filter === filter ? before.items : [];
  const ids = new Set(items.map(({ event }) => event));
  return {
    filter,
    more,
    isAwaited: false,
    items: [...known.filter(({ event }) => !ids.has(event)), ...items],
  };
}

/** Puts an earlier pair on screen, to be judged anew. */
function show(state: State, pair: Pair): State {
  return {
    ...state,
    deck: toFront(
      state.deck.filter(({ label }) => label === undefined),
      pair,
    ),
    drafts: pair.label ? prefilled(state.drafts, pair.id, pair.label) : state.drafts,
    editing: null,
  };
}

function acknowledge(state: State, message: AckMessage): State {
  const entry = state.pending.find(({ event }) => event.id === message.id);
  const pending = state.pending.filter((other) => other !== entry);
  const next: State = { ...state, standing: message.standing, pending };
  const { label, undone, pair } = message;
  if (undone !== undefined && pair !== undefined) {
    // Our own undo has its pair on screen already, unless the text was not at hand.
    const isShown = entry !== undefined && entry.effect !== AWAITED;
    const deck = isShown
      ? next.deck.map((held) => (held.id === pair.id ? pair : held))
      : toFront(next.deck, pair);
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
  const deck = isOurs ? next.deck : next.deck.filter((held) => held.id !== label.pair);
  return { ...next, history, deck };
}

function takeBack(state: State, event: string): State {
  return { ...state, history: state.history.filter((past) => past.event !== event) };
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
    notice: reason,
  };
}

// -- parts

function effectOf(pair: Pair, choice: Choice): Effect {
  if (pair.label) return effectOfChange(pair.label.choice, choice);
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
function effectOfChange(before: Choice, after: Choice): Effect {
  const step = (choice: Choice) => Number(after === choice) - Number(before === choice);
  return {
    labeled: -step("skip"),
    ties: step("tie"),
    both_bad: step("both_bad"),
    skipped: step("skip"),
    upcoming: Number(after === "skip"),
  };
}

const AWAITED: Effect = { labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 0 };

function effectOfUndo(state: State, last: Past): Effect {
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

function pastOf(event: LabelEvent): Remembered {
  const { id, pair, choice, strength } = event;
  return { event: id, pair, choice, strength: strength ?? null, said: saidIn(event) };
}

function saidIn(event: LabelEvent): Judged {
  const { choice, strength } = event;
  return { choice, ...(strength === undefined ? {} : { strength }), ...judging.remarksOf(event) };
}

function olderFirst(history: readonly Remembered[], older: readonly Past[]): readonly Remembered[] {
  const known = new Set(history.map((past) => past.event));
  return [...older.filter((past) => !known.has(past.event)).toReversed(), ...history];
}

function remember(recent: readonly Pair[], pair: Pair): readonly Pair[] {
  return [...recent.filter((held) => held.id !== pair.id), pair].slice(-RECENT_PAIRS);
}

function toFront(deck: readonly Pair[], pair: Pair): readonly Pair[] {
  return [pair, ...deck.filter((held) => held.id !== pair.id)];
}

function unique(pairs: readonly Pair[]): readonly Pair[] {
  const seen = new Set<string>();
  return pairs.filter((pair) => !seen.has(pair.id) && seen.add(pair.id));
}

/** Leaves out the pairs whose label is on its way; a skipped one may be back already. */
function withoutPending(pairs: readonly Pair[], pending: readonly Pending[]): readonly Pair[] {
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
