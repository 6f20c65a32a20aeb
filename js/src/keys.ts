// Key -> action. The table is keys.json, which Python checks remappings against; the buttons, the
// handlers and the help are all made from what bindingsOf gives.

import table from "../../src/tiebreak/labeling/keys.json";
import type { Choice, Form, Scale, Strength } from "./protocol";

export type Action =
  | { kind: "choose"; choice: Choice; strength?: Strength }
  /** What a key chooses: a verdict on the criterion that is its turn, or the choice itself. */
  | { kind: "judge"; choice: Choice; strength?: Strength }
  | { kind: "undo" }
  | { kind: "row"; step: 1 | -1 }
  | { kind: "filter"; step: 1 | -1 }
  | { kind: "tick"; tick: Tick }
  | { kind: "toggle"; what: Toggle }
  | { kind: "open"; panel: Panel }
  | { kind: "note" }
  | { kind: "edit" }
  | { kind: "scroll"; pages: number }
  /** Goes on to the next page of the prompt, and from the last to the first. */
  | { kind: "prompt" }
  | { kind: "resize"; step: 1 | -1 }
  | { kind: "place"; where: Place }
  /** Opens or folds what can be ticked. */
  | { kind: "ticks" }
  | { kind: "listen"; what: Listening }
  /** Puts a text that is being written aside, and what was written is kept. */
  | { kind: "done" }
  /** Chooses with the answer as it was edited. */
  | { kind: "save" }
  | { kind: "leave" };

/** What changes how a pair is read, and nothing that is recorded. */
export type Toggle = "differences" | "fold" | "raw" | "together" | "prompt" | "actual";

/** What is done to the audio of a pair. */
export type Listening = "left" | "right" | "pause" | "back";

export type Panel = "guidelines" | "list" | "help";

/** Where the widget stands when not in its cell: over the whole browser window, or in a window of its own. */
export type Place = "full" | "floating";

export type TickList = "reasons" | "flags" | "principles";
export type TickSide = "left" | "right" | "pair";

/** One phrase said of a side, of the pair, or of the choice. */
export interface Tick {
  list: TickList;
  phrase: string;
  side: TickSide;
}

export interface Binding {
  /** What `keys=` of the session remaps it by. */
  id: string;
  group: string;
  /** The accessible name of its button. */
  name: string;
  /** What the button shows. */
  short: string;
  /** As `KeyboardEvent.key` names them; digits stand for either row of digits. */
  keys: readonly string[];
  action: Action;
}

/** Keys of one's own, by the id of what they do. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

/** What each action of the table does. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  left: { kind: "choose", choice: "left" },
  left_3: { kind: "choose", choice: "left", strength: 3 },
  left_2: { kind: "choose", choice: "left", strength: 2 },
  left_1: { kind: "choose", choice: "left", strength: 1 },
  tie: { kind: "choose", choice: "tie" },
  right_1: { kind: "choose", choice: "right", strength: 1 },
  right_2: { kind: "choose", choice: "right", strength: 2 },
  right_3: { kind: "choose", choice: "right", strength: 3 },
  right: { kind: "choose", choice: "right" },
  both_bad: { kind: "choose", choice: "both_bad" },
  skip: { kind: "choose", choice: "skip" },
  undo: { kind: "undo" },
  note: { kind: "note" },
  ticks: { kind: "ticks" },
  edit: { kind: "edit" },
  next_row: { kind: "row", step: 1 },
  previous_row: { kind: "row", step: -1 },
  differences: { kind: "toggle", what: "differences" },
  fold: { kind: "toggle", what: "fold" },
  raw: { kind: "toggle", what: "raw" },
  together: { kind: "toggle", what: "together" },
  prompt: { kind: "toggle", what: "prompt" },
  actual: { kind: "toggle", what: "actual" },
  page_down: { kind: "scroll", pages: 1 },
  page_up: { kind: "scroll", pages: -1 },
  prompt_page: { kind: "prompt" },
  larger: { kind: "resize", step: 1 },
  smaller: { kind: "resize", step: -1 },
  play_left: { kind: "listen", what: "left" },
  play_right: { kind: "listen", what: "right" },
  pause: { kind: "listen", what: "pause" },
  play_back: { kind: "listen", what: "back" },
  guidelines: { kind: "open", panel: "guidelines" },
  list: { kind: "open", panel: "list" },
  full: { kind: "place", where: "full" },
  floating: { kind: "place", where: "floating" },
  help: { kind: "open", panel: "help" },
};

/** Everything that a key does on a scale, in the order in which it is shown. */
export function bindingsOf(scale: Scale, own: OwnKeys = {}): readonly Binding[] {
  return table.flatMap(({ action: id, group, name, short, ...keys }) => {
    const action = ACTIONS[id];
    if (action === undefined)
      throw new Error(`keys.json has "${id}", which keys.ts has no action for.`);
    if (keys[scale].length === 0) return [];
    return [{ id, group, name, short, keys: own[id] ?? keys[scale], action }];
  });
}

/** What makes a choice. */
export function bindingOf(
  bindings: readonly Binding[],
  choice: Choice,
  strength: Strength | null,
): Binding | undefined {
  return bindings.find(
    ({ action }) =>
      action.kind === "choose" &&
      action.choice === choice &&
      (action.strength ?? null) === strength,
  );
}

export interface TickBinding {
  tick: Tick;
  /** As shown: a letter, with Shift for the right side; none when the letters ran out. */
  key: string | null;
}

/** One row of the form: a phrase, and the keys that say it of each side. */
export interface TickRow {
  list: TickList;
  phrase: string;
  about: string;
  ticks: readonly TickBinding[];
}

const LETTERS = "abchijkmoqvwxy";

/**
 * The phrases of a form, each with a letter that nothing else has; what letters are left then go to
 * flags of the pair as a whole.
 */
export function ticksOf(form: Form, bindings: readonly Binding[]): readonly TickRow[] {
  const taken = new Set(bindings.flatMap(({ keys }) => keys));
  const letters = [...LETTERS].filter((letter) => !taken.has(letter));
  const next = () => letters.shift() ?? null;
  const ofSides = (list: TickList, phrase: string): TickRow => {
    const letter = next();
    const ticks = (["left", "right"] as const).map((side) => ({
      tick: { list, phrase, side },
      key: letter && (side === "right" ? `Shift+${letter}` : letter),
    }));
    return { list, phrase, about: "", ticks };
  };
  const ofPair = (list: TickList, phrase: string): TickBinding => ({
    tick: { list, phrase, side: "pair" },
    key: next(),
  });
  const reasons = form.reasons.map((phrase) => ofSides("reasons", phrase));
  const flags = form.flags.map((phrase) => ofSides("flags", phrase));
  const principles = form.principles.map(({ name, about }) => ({
    ...{ list: "principles" as const, phrase: name, about },
    ticks: [ofPair("principles", name)],
  }));
  const wholeFlags = flags.map((row) => ({
    ...row,
    ticks: [...row.ticks, ofPair("flags", row.phrase)],
  }));
  return [...reasons, ...wholeFlags, ...principles];
}

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** The action of a key, or null if it has none. */
export function actionFor(
  press: KeyPress,
  bindings: readonly Binding[],
  rows: readonly TickRow[] = [],
): Action | null {
  if (press.key === "Escape") return { kind: "leave" };
  const keys = namesOf(press);
  // A key with Shift counts as without, where nothing is bound to it with Shift.
  const names = press.shiftKey ? [...keys.map((key) => `Shift+${key}`), ...keys] : keys;
  for (const name of names) {
    const found = bindings.find((binding) => binding.keys.includes(name));
    if (found) return found.action;
  }
  const ticks = rows.flatMap((row) => row.ticks);
  const ticked = ticks.find(({ key }) => key !== null && names.slice(0, keys.length).includes(key));
  return ticked ? { kind: "tick", tick: ticked.tick } : null;
}

/**
 * A key as it types, then by its place: the digits, because a French keyboard types them with shift,
 * and the letters of a keyboard that types another script.
 */
function namesOf({ key, code }: KeyPress): readonly string[] {
  const typed = key.length === 1 ? key.toLowerCase() : key;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  // A French 6 is typed as "-", a Czech 1 as "+": by their place they choose, and do not resize.
  if (digit && /^[-+=]$/.test(typed)) return [digit];
  const isForeign = typed.length === 1 && typed.charCodeAt(0) > 127;
  const letter = isForeign ? /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() : undefined;
  const place = digit ?? letter;
  return place === undefined ? [typed] : [typed, place];
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Backspace: "⌫",
  " ": "Space",
  PageDown: "PgDn",
  PageUp: "PgUp",
};

/** A key as the screen shows it. */
export function showKey(key: string): string {
  const plain = key.replace(/^Shift\+/, "");
  const shown = SHOWN[plain] ?? (plain.length === 1 && plain !== key ? plain.toUpperCase() : plain);
  return plain === key ? shown : `⇧${shown}`;
}
