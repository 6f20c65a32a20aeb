// What the annotator says of the pair on screen, beside the choice.

import { editableText } from "../content";
import type { Tick } from "../keys";
import type { Choice, Form, Judged, Named, Verdict } from "../protocol";
import {
  activeRow,
  begunAnew,
  type Draft,
  draftOf,
  type Held,
  isEmpty,
  type Missing,
  missingFor,
  NO_FORM,
  remarksOf,
  withAnswer,
  withEdit,
  withHeld,
  withNote,
  withoutEdit,
  withRowMoved,
  withTickToggled,
} from "./draft";
import { currentDraft, currentPair, type State } from "./store";

/** The criterion that a choice made by key answers, or null where it is about the pair itself. */
export function answered(state: State, choice: Choice): Named | null {
  const { session, editing } = state;
  if (session === null || choice === "skip" || editing === "asking") return null;
  return session.form.criteria[activeRow(currentDraft(state), session.form)] ?? null;
}

/**
 * What keeps the choice from being sent that was made on the pair on screen; nothing while it waits
 * to be made once more.
 */
export function missing(state: State): Missing | null {
  const draft = currentDraft(state);
  if (draft.held === undefined || draft.held.isQuick) return null;
  return missingFor(draft.held, draft, state.session?.form ?? NO_FORM);
}

/** Keeps a choice until what is missing is there. */
export function hold(state: State, held: Held): State {
  return redraft(state, (draft, form) => withHeld(draft, form, held));
}

export function letGo(state: State): State {
  return redraft(state, ({ held: _, row: __, ...rest }) => rest);
}

/** Whether anything is being said of the pair on screen, so that it must not go away by itself. */
export function isAtWork(state: State): boolean {
  return state.editing !== null || state.drafts.has(currentPair(state)?.id ?? "");
}

/** Has the pair that a change brought on screen be asked about from the start. */
export function arrive(before: State, after: State): State {
  const isSame = currentPair(before)?.id === currentPair(after)?.id;
  return isSame && asked(before) === asked(after) ? after : askAnew(after);
}

function asked({ session }: State): string {
  return JSON.stringify(session?.form.criteria.map(({ name }) => name));
}

export function askAnew(state: State): State {
  const pair = currentPair(state);
  const draft = currentDraft(state);
  const anew = begunAnew(draft, state.session?.form ?? NO_FORM);
  if (pair === null || anew === draft) return state;
  return { ...state, drafts: new Map([...state.drafts, [pair.id, anew]]) };
}

export function answer(state: State, name: string, verdict: Verdict): State {
  return redraft(state, (draft, form) => withAnswer(draft, form, name, verdict));
}

export function moveRow(state: State, step: 1 | -1): State {
  return redraft(state, (draft, form) => withRowMoved(draft, form, step));
}

export function tick(state: State, what: Tick): State {
  return redraft(state, (draft) => withTickToggled(draft, what));
}

export function write(state: State, note: string): State {
  return redraft(state, (draft) => withNote(draft, note));
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
  const original = editableText(currentPair(state)?.[editing] ?? "");
  return redraft(state, (draft) =>
    text === original ? withoutEdit(draft) : withEdit(draft, editing, text),
  );
}

export function discardEdit(state: State): State {
  return { ...redraft(state, withoutEdit), editing: null };
}

/** Whether more is said now of a pair shown to be judged anew, or other things, than before. */
export function isChanged(state: State): boolean {
  const label = currentPair(state)?.label;
  if (!label) return false;
  const said = (draft: Draft) => JSON.stringify(Object.entries(remarksOf(draft)).sort());
  return said(currentDraft(state)) !== said(draftOf(label));
}

/** Takes up what was said before the page was loaded anew. */
export function restoreDrafts(state: State, drafts: ReadonlyMap<string, Draft>): State {
  const form = state.session?.form ?? NO_FORM;
  const anew = [...drafts].map(([pair, draft]) => [pair, begunAnew(draft, form)] as const);
  return { ...state, drafts: new Map([...anew, ...state.drafts]) };
}

function redraft(state: State, change: (draft: Draft, form: Form) => Draft): State {
  const pair = currentPair(state);
  if (pair === null || state.session === null || state.session.readOnly) return state;
  const draft = change(currentDraft(state), state.session.form);
  return { ...state, drafts: new Map([...state.drafts, [pair.id, draft]]) };
}

export function withoutDraft(drafts: State["drafts"], pair: string): State["drafts"] {
  if (!drafts.has(pair)) return drafts;
  return new Map([...drafts].filter(([id]) => id !== pair));
}

export function prefilled(drafts: State["drafts"], pair: string, said: Judged): State["drafts"] {
  const draft = draftOf(said);
  if (drafts.has(pair) || isEmpty(draft)) return drafts;
  return new Map([...drafts, [pair, draft]]);
}
