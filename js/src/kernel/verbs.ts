// What the annotator does: each verb changes the state, and sends what the journal is to hold of it.

import { effect } from "@preact/signals";
import type { Tick } from "../keys";
import type { Choice, Filter, OutboxEvent, Strength, Verdict } from "../protocol";
import * as store from "../state";
import { openClock } from "./clock";
import type { Link } from "./link";
import { openPace, type Pace } from "./pace";

export interface Verbs {
  /** How the work goes in this sitting. */
  pace(): Pace;
  choose(choice: Choice, strength?: Strength): void;
  /** What a key chooses: the verdict on the criterion that is its turn, then the choice itself. */
  judge(choice: Choice, strength?: Strength): void;
  answer(criterion: string, verdict: Verdict): void;
  moveRow(step: 1 | -1): void;
  tick(what: Tick): void;
  write(note: string): void;
  /** Sends a choice that was held, if nothing is missing any more, or an earlier one as changed. */
  sendHeld(): void;
  startEdit(): void;
  edit(text: string): void;
  stopEdit(): void;
  /** Sends the choice of the side whose answer was edited. */
  saveEdit(): void;
  discardEdit(): void;
  list(filter: Filter, before: string | null): void;
  show(pair: string): void;
  /**
   * Leaves an earlier label as it was, or with what was changed beside its choice. One that is to be
   * looked at anew is made once more: it then holds under the guidelines on screen.
   */
  keep(): void;
  undo(): void;
  revisit(): void;
  dismiss(notice: store.NoticeKind): void;
  close(): void;
}

export function openVerbs(link: Link): Verbs {
  const { state, shown } = link;
  const clock = openClock();
  const pace = openPace();
  const stopClock = effect(() => clock.show(shown.pair.value?.id));

  function change(how: (before: store.State) => store.State): void {
    link.become(how(state.value));
  }

  function take(next: store.State, event: OutboxEvent | null): void {
    link.become(next);
    if (event !== null) link.record(event);
  }

  function isEditing(): boolean {
    return state.value.editing === "left" || state.value.editing === "right";
  }

  function choose(choice: Choice, strength?: Strength): void {
    const session = shown.session.value;
    const pair = shown.pair.value;
    const seconds = clock.seconds();
    const isQuick =
      session?.tooFast != null &&
      pair !== null &&
      choice !== "skip" &&
      seconds < store.leastSeconds(pair);
    const { held } = shown.draft.value;
    // One that was held already, for whatever reason, is no slip of a key.
    if (isQuick && session.tooFast === "hold" && held?.choice !== choice) {
      change((before) => store.hold(before, { choice, strength, isQuick }));
      return;
    }
    // An editor takes the place of the criteria, and nobody chooses over what is not on screen.
    if (isEditing() && choice !== "skip" && shown.draft.value.criteria) {
      change((before) => store.hold(store.stopEdit(before), { choice, strength }));
      return;
    }
    const [next, event] = store.choose(state.value, made(), choice, strength, seconds);
    if (event !== null && choice !== "skip") pace.add(event.pair, seconds);
    take(event !== null && isQuick ? { ...next, wasQuick: true } : next, event);
  }

  /** Sends an earlier choice once more, with what is now said beside it. */
  function saveChanges(): void {
    const label = shown.pair.value?.label;
    if (label) choose(label.choice, label.strength);
  }

  function sendIfComplete(): void {
    const { held } = shown.draft.value;
    if (held && !held.isQuick && shown.missing.value === null) choose(held.choice, held.strength);
  }

  function answer(criterion: string, verdict: Verdict): void {
    change((before) => store.answer(before, criterion, verdict));
    sendIfComplete();
  }

  return {
    pace: () => pace.pace(),
    choose,
    judge(choice, strength) {
      // The keys are the text's, wherever the focus is.
      if (isEditing()) return;
      const criterion = store.answered(state.value, choice);
      if (criterion === null || choice === "skip") choose(choice, strength);
      else answer(criterion.name, choice);
    },
    answer,
    moveRow: (step) => change((before) => store.moveRow(before, step)),
    tick: (what) => change((before) => store.tick(before, what)),
    write: (note) => change((before) => store.write(before, note)),
    sendHeld() {
      if (shown.draft.value.held) sendIfComplete();
      else if (store.isChanged(state.value)) saveChanges();
    },
    startEdit: () => change(store.startEdit),
    edit: (text) => change((before) => store.edit(before, text)),
    stopEdit: () => change(store.stopEdit),
    saveEdit() {
      const { editing } = state.value;
      if (editing === null || editing === "asking") return;
      const { held } = shown.draft.value;
      choose(editing, held?.choice === editing ? held.strength : undefined);
      change(store.stopEdit);
    },
    discardEdit: () => change(store.discardEdit),
    list(filter, before) {
      change((now) => store.awaitListing(now, filter, before === null));
      link.send({ type: "list", filter, before });
    },
    show(pair) {
      link.send({ type: "show", pair });
    },
    keep() {
      const isQueued = shown.pair.value?.queued === true;
      if (isQueued || store.isChanged(state.value)) saveChanges();
      else change(store.keep);
    },
    undo() {
      const last = state.value.history.at(-1);
      const [next, event] = store.undo(state.value, made());
      if (event !== null && last && !last.changes) pace.takeBack(last.pair);
      take(next, event);
    },
    revisit() {
      link.send({ type: "revisit" });
    },
    dismiss: (notice) => change((state) => store.notify(state, notice, null)),
    close() {
      stopClock();
      clock.close();
    },
  };
}

function made(): store.Made {
  return { id: newId(), at: new Date().toISOString() };
}

/** A UUID; `crypto.randomUUID` is missing where the page came over plain http. */
function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
