// Key -> action. The table is keys.json, which Python checks remappings against; the buttons, the
// handlers and the help are all made from what bindingsOf gives.

import table from "../../src/tiebreak/keys.json";
import type { Choice, Form, Scale, Strength } from "./protocol";

export type Action =
  | { kind: "choose"; choice: Choice; strength?: Strength }
  | { kind: "undo" }
  | { kind: "row"; step: 1 | -1 }
  | { kind: "tick"; tick: Tick }
  | { kind: "toggle"; what: Toggle }
  | { kind: "open"; panel: Panel }
  | { kind: "note" }
  | { kind: "edit" }
  | { kind: "scroll"; pages: number }
  /** Puts a text that is being written aside, and what was written is kept. */
  | { kind: "done" }
  /** Chooses with the answer as it was edited. */
  | { kind: "save" }
  | { kind: "leave" };

/** What changes how a pair is read, and nothing that is recorded. */
export type Toggle = "differences" | "fold" | "raw" | "together" | "prompt" | "actual";

export type Panel = "guidelines" | "list" | "help";

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

const ACTIONS: Readonly<Record<string, Action>> = {
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
  guidelines: { kind: "open", panel: "guidelines" },
  list: { kind: "open", panel: "list" },
  help: { kind: "open", panel: "help" },
};

/** Everything that a key does on a scale, in the order in which it is shown. */
export function bindingsOf(scale: Scale, own: OwnKeys = {}): readonly Binding[] {
  return table.flatMap(({ action: id, group, name, short, ...keys }) => {
    const action = ACTIONS[id];
    if (action === undefined || keys[scale].length === 0) return [];
    return [{ id, group, name, short, keys: own[id] ?? keys[scale], action }];
  });
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

/** The phrases of a form, each with a letter that nothing else has. */
export function ticksOf(form: Form, bindings: readonly Binding[]): readonly TickRow[] {
  const taken = new Set(bindings.flatMap(({ keys }) => keys));
  const letters = [...LETTERS].filter((letter) => !taken.has(letter));
  const row = (list: TickList, phrase: string, sides: readonly TickSide[], about = "") => {
    const letter = letters.shift() ?? null;
    const ticks = sides.map((side) => ({
      tick: { list, phrase, side },
      key: letter && keyOf(letter, side, list),
    }));
    return { list, phrase, about, ticks };
  };
  return [
    ...form.reasons.map((phrase) => row("reasons", phrase, ["left", "right"])),
    ...form.flags.map((phrase) => row("flags", phrase, ["left", "pair", "right"])),
    ...form.principles.map(({ name, about }) => row("principles", name, ["pair"], about)),
  ];
}

function keyOf(letter: string, side: TickSide, list: TickList): string | null {
  if (side === "left" || list === "principles") return letter;
  return side === "right" ? `Shift+${letter}` : null;
}

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** The action of a key, or null if it has none. */
export function actionFor(
  press: KeyPress,
  bindings: readonly Binding[],
  rows: readonly TickRow[] = [],
): Action | null {
  const key = nameOf(press);
  if (key === "Escape") return { kind: "leave" };
  const shifted = press.shiftKey ? `Shift+${key}` : key;
  // A key with Shift counts as without, where nothing is bound to it with Shift.
  for (const name of [shifted, key]) {
    const found = bindings.find(({ keys }) => keys.includes(name));
    if (found) return found.action;
  }
  const ticks = rows.flatMap((row) => row.ticks);
  const ticked = ticks.find((binding) => binding.key === shifted);
  return ticked ? { kind: "tick", tick: ticked.tick } : null;
}

/**
 * Digits by their place, because a French keyboard types them with shift; letters as typed, or by
 * their place where the keyboard types another script.
 */
function nameOf({ key, code }: Pick<KeyPress, "key" | "code">): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const lower = key.length === 1 ? key.toLowerCase() : key;
  const isForeign = lower.length === 1 && lower.charCodeAt(0) > 127;
  const letter = isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
  return letter?.toLowerCase() ?? lower;
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
