// Random keys, as fast as they come: whatever was undone, reloaded or labeled elsewhere, no label says what
// was not on screen with it.

import type { AnyModel } from "@anywidget/types";
import { afterEach, expect, test } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import type { Choice, Form, LabelEvent } from "../../src/protocol";
import { NO_FORM } from "../../src/state";
import { FakeKernel } from "./fake-kernel";

const SEQUENCES = 100;
const KEYS = 100;
const PAIRS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const CRITERIA = ["helpful", "honest", "harmless"].map((name) => ({ name, about: "" }));
const FORMS: readonly Form[] = [
  { ...NO_FORM, criteria: CRITERIA, criteriaRequired: true, noteRequired: ["both_bad"] },
  { ...NO_FORM, criteria: CRITERIA.slice(0, 2), criteriaRequired: false, flags: ["unsafe"] },
  { ...NO_FORM, criteria: CRITERIA.slice(0, 1), criteriaRequired: false, noteRequired: ["any"] },
];
const CHOICES: readonly Choice[] = ["left", "tie", "right", "both_bad"];

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  localStorage.clear();
});

function generator(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * most);
  };
}

/** One annotator at one page after the other, who looks at what is on screen before and after each key. */
class Sitting {
  readonly made: LabelEvent[] = [];
  link!: Link;
  #verbs!: Verbs;
  #close = () => {};
  #showing = "";
  #asked = new Set<string>();
  readonly kernel: FakeKernel;
  readonly #form: Form;

  constructor(form: Form) {
    this.#form = form;
    this.kernel = new FakeKernel(PAIRS, { form });
    this.reload();
  }

  reload(): void {
    this.close();
    const model = this.kernel.connect();
    const send = model.send;
    model.send = (message) => {
      if (message.type === "label" && this.made.every(({ id }) => id !== message.id)) {
        this.made.push(message);
      }
      return send(message);
    };
    const link = openLink(model as unknown as AnyModel);
    const verbs = openVerbs(link);
    Object.assign(this, { link });
    this.#verbs = verbs;
    this.#showing = "";
    this.#close = () => {
      verbs.close();
      link.close();
    };
    this.kernel.answer();
    this.look();
  }

  close(): void {
    this.#close();
    this.#close = () => {};
  }

  /** Looks at the screen: each time that a pair comes, the first criterion is asked about. */
  look(): void {
    const { pair, turn } = this.link.shown;
    const shown = pair.value?.id ?? "";
    if (shown !== this.#showing) {
      this.#showing = shown;
      this.#asked = new Set();
      if (shown !== "") expect(turn.value?.name).toBe(this.#form.criteria[0]?.name);
    }
    if (turn.value) this.#asked.add(turn.value.name);
  }

  /** Does something, and holds a label that is made by it against the screen. */
  do(act: (verbs: Verbs) => void, isKey = true): void {
    this.look();
    const { shown, state } = this.link;
    const before = { pair: shown.pair.value?.id, turn: shown.turn.value, from: this.made.length };
    const { editing } = state.value;
    const said = { ...shown.draft.value.criteria };
    const wasHeld = shown.draft.value.held !== undefined;
    act(this.#verbs);
    const made = this.made.slice(before.from);
    expect(made.length).toBeLessThan(2);
    for (const { pair, criteria = {} } of made) {
      expect(pair).toBe(before.pair);
      // In the place of the criteria there was no editor.
      if (Object.keys(criteria).length > 0) expect([null, "asking"]).toContain(editing);
      const names = Object.keys(criteria);
      for (const name of names.filter((each) => each !== before.turn?.name)) {
        expect(criteria[name]).toBe(said[name]);
      }
      expect(this.#form.criteria.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      // What a key chooses comes after each of them was its turn.
      if (isKey && !wasHeld) expect([...this.#asked]).toEqual(expect.arrayContaining(names));
    }
    this.look();
  }
}

function press(sitting: Sitting, random: (most: number) => number, number: number): string {
  const choice = CHOICES[random(CHOICES.length)] ?? "tie";
  const turn = random(100);
  if (turn < 50) {
    sitting.do((verbs) => verbs.judge(choice));
    return "digit";
  }
  if (turn < 62) {
    sitting.do((verbs) => verbs.undo());
    return "undo";
  }
  if (turn < 66) {
    sitting.do((verbs) => verbs.moveRow(random(2) ? 1 : -1));
    return "row";
  }
  if (turn < 70) {
    sitting.do((verbs) => {
      verbs.write(`why ${number}`);
      verbs.sendHeld();
    }, false);
    return "note";
  }
  if (turn < 74) {
    sitting.do((verbs) => verbs.startEdit());
    sitting.do((verbs) => verbs.judge(random(2) ? "left" : "right"));
    sitting.do((verbs) => verbs.edit(`better ${number}`));
    sitting.do((verbs) => (random(2) ? verbs.saveEdit() : verbs.stopEdit()));
    return "edit";
  }
  if (turn < 76) {
    sitting.do((verbs) => verbs.discardEdit());
    return "discard";
  }
  if (turn < 79) {
    sitting.do((verbs) => verbs.choose(choice), false);
    return "button";
  }
  if (turn < 81) {
    sitting.do((verbs) => verbs.judge("skip"), false);
    return "skip";
  }
  if (turn < 84) {
    const known = sitting.kernel.journal;
    const pair = known[random(known.length || 1)]?.pair;
    if (pair) sitting.do((verbs) => verbs.show(pair));
    return "show";
  }
  if (turn < 86) {
    sitting.do((verbs) => verbs.keep(), false);
    return "keep";
  }
  if (turn < 89) {
    sitting.kernel.labelElsewhere(PAIRS[random(8)] ?? "a", { choice }, `theirs-${number}`);
    sitting.look();
    return "elsewhere";
  }
  if (turn < 92) {
    sitting.reload();
    return "reload";
  }
  sitting.kernel.answer();
  sitting.look();
  return "answer";
}

test.each(FORMS.map((form, at) => [at, form] as const))(
  "no key chooses over criteria that were not its turn, nor on a pair that is not on screen (form %i)",
  (at, form) => {
    const counts: Record<string, number> = {};
    let labels = 0;
    for (let seed = 1; seed <= SEQUENCES; seed += 1) {
      localStorage.clear();
      const random = generator(seed * 7 + at);
      const sitting = new Sitting(form);
      closing.push(() => sitting.close());
      for (let number = 0; number < KEYS; number += 1) {
        const kind = press(sitting, random, number);
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
      labels += sitting.made.length;
      sitting.close();
    }
    expect(labels).toBeGreaterThan(4 * SEQUENCES);
    for (const kind of ["undo", "reload", "edit", "note", "show", "elsewhere"]) {
      expect(counts[kind], kind).toBeGreaterThan(SEQUENCES);
    }
  },
);
