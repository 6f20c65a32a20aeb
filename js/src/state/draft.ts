// What is said of a pair before it is sent: criteria, reasons, flags, a note, an edited answer. Pure:
// every function gives a new draft.

import { editableText } from "../content";
import type { Tick } from "../keys";
import type { Choice, Form, Judged, Pair, Remarks, Strength, Verdict } from "../protocol";

export type Edited = "left" | "right";

export interface Held {
  choice: Choice;
  strength?: Strength | undefined;
  /** Held only because it came quicker than the texts can be read. */
  isQuick?: boolean;
}

export interface Draft extends Remarks {
  /** Chosen already, while something that the session asks for is missing. */
  held?: Held;
  /** Whose answer `edit` improves. */
  edited?: Edited;
  /** The criterion that the keys answer, if not the first one; null for the choice itself. */
  row?: string | null;
}

export const NO_FORM: Form = {
  criteria: [],
  criteriaRequired: false,
  reasons: [],
  flags: [],
  principles: [],
  noteRequired: [],
};

export const NO_DRAFT: Draft = {};

/** What keeps a choice from being sent. */
export type Missing =
  | { kind: "criterion"; name: string }
  | { kind: "note" }
  | { kind: "edited"; side: Edited };

export function missingFor(held: Held, draft: Draft, form: Form): Missing | null {
  const { choice } = held;
  if (draft.edited !== undefined && draft.edited !== choice) {
    return { kind: "edited", side: draft.edited };
  }
  if (choice === "skip") return null;
  const open = form.criteria.find(({ name }) => draft.criteria?.[name] === undefined);
  if (form.criteriaRequired && open) return { kind: "criterion", name: open.name };
  if (asksForNote(held, form) && !draft.note?.trim()) return { kind: "note" };
  return null;
}

function asksForNote({ choice, strength }: Held, { noteRequired }: Form): boolean {
  return noteRequired.some((of) => of === "any" || of === choice || of === strength);
}

/** The place of the criterion that the keys answer; the number of criteria for the choice itself. */
export function activeRow({ row }: Draft, form: Form): number {
  if (row === null) return form.criteria.length;
  return Math.max(
    0,
    form.criteria.findIndex(({ name }) => name === row),
  );
}

function nextOpen(said: Draft["criteria"], { criteria }: Form, from: number): number {
  const place = criteria.findIndex(({ name }, at) => at >= from && said?.[name] === undefined);
  return place < 0 ? criteria.length : place;
}

export function withRowMoved(draft: Draft, form: Form, step: 1 | -1): Draft {
  const place = Math.max(0, activeRow(draft, form) + step);
  return { ...draft, row: form.criteria[place]?.name ?? null };
}

export function withAnswer(draft: Draft, form: Form, name: string, verdict: Verdict): Draft {
  const criteria = { ...draft.criteria, [name]: verdict };
  const place = form.criteria.findIndex((criterion) => criterion.name === name);
  // One after the other, also where there is an answer from before: the same keys then say the same. A choice
  // that is held waits for the open ones alone.
  const next = form.criteria[draft.held ? nextOpen(criteria, form, place + 1) : place + 1];
  return { ...draft, criteria, row: next?.name ?? null };
}

/** A choice that waits, and the criterion it waits for, which the keys then answer. */
export function withHeld(draft: Draft, form: Form, held: Held): Draft {
  const missing = missingFor(held, draft, form);
  return { ...draft, held, row: missing?.kind === "criterion" ? missing.name : null };
}

/**
 * A draft as its pair comes on screen: the keys answer the first criterion, whatever was said before, so
 * that no key chooses over criteria that nobody looked at. A choice that waited is asked for once more.
 */
export function begunAnew(draft: Draft, form: Form): Draft {
  const { row, held, ...said } = draft;
  if (held !== undefined && form.criteria.length === 0) return { ...said, held };
  return row === undefined && held === undefined ? draft : said;
}

/** A draft without what it says of criteria that are not on screen. */
export function onScreen(draft: Draft, form: Form): Draft {
  if (draft.criteria === undefined) return draft;
  const names = new Set(form.criteria.map(({ name }) => name));
  const shown = Object.entries(draft.criteria).filter(([name]) => names.has(name));
  return { ...draft, criteria: Object.fromEntries(shown) };
}

export function isTicked(draft: Draft, { list, phrase, side }: Tick): boolean {
  return ticked(draft, list, side).includes(phrase);
}

export function withTickToggled(draft: Draft, tick: Tick): Draft {
  const { list, phrase, side } = tick;
  const before = ticked(draft, list, side);
  const after = before.includes(phrase)
    ? before.filter((other) => other !== phrase)
    : [...before, phrase];
  if (list === "principles") return { ...draft, principles: after };
  return { ...draft, [list]: { ...draft[list], [side]: after } };
}

function ticked(draft: Draft, list: Tick["list"], side: Tick["side"]): readonly string[] {
  if (list === "principles") return draft.principles ?? [];
  const sides: Record<string, readonly string[] | undefined> = draft[list] ?? {};
  return sides[side] ?? [];
}

export function withNote(draft: Draft, note: string): Draft {
  return { ...draft, note };
}

export function withEdit(draft: Draft, edited: Edited, edit: string): Draft {
  return { ...draft, edited, edit };
}

export function withoutEdit(draft: Draft): Draft {
  const { edit: _, edited: __, ...rest } = draft;
  return rest;
}

/** What of each field goes with the choice: nothing that is empty. */
const SAID: { readonly [Field in keyof Remarks]-?: (said: Required<Remarks>[Field]) => unknown } = {
  criteria: (verdicts) => (Object.keys(verdicts).length > 0 ? verdicts : undefined),
  reasons: sidesTicked,
  principles: (names) => (names.length > 0 ? names : undefined),
  flags: sidesTicked,
  note: (note) => (note.trim() ? note : undefined),
  edit: (text) => text,
};
const REMARKS = Object.entries(SAID) as [keyof Remarks, (said: unknown) => unknown][];

export function remarksOf(draft: Draft): Remarks {
  const said = REMARKS.filter(([field]) => draft[field] != null).map(
    ([field, of]) => [field, of(draft[field])] as const,
  );
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function sidesTicked(
  sides: Readonly<Record<string, readonly string[]>>,
): Record<string, readonly string[]> | undefined {
  const said = Object.entries(sides).filter(([, phrases]) => phrases.length > 0);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

export function isEmpty(draft: Draft): boolean {
  return draft.held === undefined && Object.keys(remarksOf(draft)).length === 0;
}

/** A label taken back, or to be changed, as the draft of the next one. */
export function draftOf({ choice, strength: _, ...said }: Judged): Draft {
  const isSided = choice === "left" || choice === "right";
  return said.edit !== undefined && isSided ? { ...said, edited: choice } : said;
}

/** Characters a second that nobody takes in, not even skimming: 1,200 words a minute. */
const SKIMMED = 120;
const LONGEST_FLOOR = 12;

/** The seconds under which a choice is quicker than the responses can be looked at. */
export function leastSeconds(pair: Pair): number {
  const length = [pair.left, pair.right]
    .map((text) => editableText(text)?.length ?? 0)
    .reduce((sum, each) => sum + each, 0);
  return Math.min(length / SKIMMED, LONGEST_FLOOR);
}
