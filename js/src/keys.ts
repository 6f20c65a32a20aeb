// Key -> action. The buttons and the handlers read the same table.

import type { Choice, Scale, Strength } from "./protocol";

export type Action =
  | { kind: "choose"; choice: Choice; strength?: Strength }
  | { kind: "undo" }
  | { kind: "toggle"; what: Toggle }
  | { kind: "scroll"; pages: number }
  | { kind: "leave" };

/** What changes how a pair is read, and nothing that is recorded. */
export type Toggle = "differences" | "fold" | "raw" | "together" | "prompt" | "actual";

export interface Binding {
  /** The accessible name of its button. */
  name: string;
  /** What the button shows. */
  short: string;
  /** As `KeyboardEvent.key` names them; digits stand for either row of digits. */
  keys: readonly string[];
  action: Action;
}

const TIE: Binding = {
  name: "Tie",
  short: "Tie",
  keys: ["0"],
  action: { kind: "choose", choice: "tie" },
};

const AFTER: readonly Binding[] = [
  {
    name: "Both bad",
    short: "Both bad",
    keys: ["9"],
    action: { kind: "choose", choice: "both_bad" },
  },
  { name: "Skip", short: "Skip", keys: ["s"], action: { kind: "choose", choice: "skip" } },
  { name: "Undo", short: "Undo", keys: ["u", "Backspace"], action: { kind: "undo" } },
];

const SIMPLE: readonly Binding[] = [
  {
    name: "Left is better",
    short: "Left",
    keys: ["1", "ArrowLeft"],
    action: { kind: "choose", choice: "left" },
  },
  TIE,
  {
    name: "Right is better",
    short: "Right",
    keys: ["2", "ArrowRight"],
    action: { kind: "choose", choice: "right" },
  },
  ...AFTER,
];

/** How the texts are read; the same on both scales. */
export const READING: readonly Binding[] = [
  toggle("Differences", "Differences", "d", "differences"),
  toggle("Fold what is the same", "Fold", "f", "fold"),
  toggle("Raw text", "Raw", "r", "raw"),
  toggle("Scroll together", "Scroll together", "t", "together"),
  toggle("Fold the prompt", "Fold prompt", "p", "prompt"),
  toggle("Images at their actual size", "Zoom", "z", "actual"),
];

const SCROLLING: readonly Pick<Binding, "keys" | "action">[] = [
  { keys: [" ", "PageDown"], action: { kind: "scroll", pages: 1 } },
  { keys: ["Shift+ ", "PageUp"], action: { kind: "scroll", pages: -1 } },
];

const GRADES: readonly [Strength, string][] = [
  [3, "much"],
  [2, "clearly"],
  [1, "slightly"],
];

const GRADED: readonly Binding[] = [
  ...GRADES.map(([strength, word], place) => graded("left", "Left", strength, word, place + 1)),
  { ...TIE, keys: ["4", "0"] },
  ...GRADES.toReversed().map(([strength, word], place) =>
    graded("right", "Right", strength, word, place + 5),
  ),
  ...AFTER,
];

function toggle(name: string, short: string, key: string, what: Toggle): Binding {
  return { name, short, keys: [key], action: { kind: "toggle", what } };
}

function graded(
  choice: Choice,
  side: string,
  strength: Strength,
  word: string,
  digit: number,
): Binding {
  return {
    name: `${side} is ${word} better`,
    short: word,
    keys: [String(digit)],
    action: { kind: "choose", choice, strength },
  };
}

export function bindingsOf(scale: Scale): readonly Binding[] {
  return scale === "graded" ? GRADED : SIMPLE;
}

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** The action of a key on a scale, or null if it has none. */
export function actionFor(press: KeyPress, scale: Scale): Action | null {
  const name = nameOf(press);
  if (name === "Escape") return { kind: "leave" };
  const key = name === " " && press.shiftKey ? "Shift+ " : name;
  const bindings = [...bindingsOf(scale), ...READING, ...SCROLLING];
  return bindings.find((binding) => binding.keys.includes(key))?.action ?? null;
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
