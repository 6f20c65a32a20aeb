// The messages between browser and kernel; src/tiebreak/events.py and widget.py are the other half.

import type { ImagePolicy, Modules, Text } from "./content";

/** A part of the front end that few pairs need. */
export type ModuleName = keyof Modules;

export type Choice = "left" | "right" | "tie" | "both_bad" | "skip";
export type Strength = 1 | 2 | 3;
export type Scale = "simple" | "graded";
/** What can be said of one criterion. */
export type Verdict = Exclude<Choice, "skip">;

export interface Named {
  name: string;
  /** What it means, or nothing. */
  about: string;
}

/** What is asked beside the choice itself; all of it empty in a simple session. */
export interface Form {
  criteria: readonly Named[];
  criteriaRequired: boolean;
  reasons: readonly string[];
  flags: readonly string[];
  principles: readonly Named[];
  /** The choices that need a note: strengths, a tie, both bad, or any. */
  noteRequired: readonly (Strength | "tie" | "both_bad" | "any")[];
}

/** What is said of a pair beside the choice, by the sides as they stand. */
export interface Remarks {
  criteria?: Readonly<Record<string, Verdict>>;
  reasons?: { left?: readonly string[]; right?: readonly string[] };
  principles?: readonly string[];
  flags?: { left?: readonly string[]; right?: readonly string[]; pair?: readonly string[] };
  note?: string;
  /** The better response, improved. */
  edit?: string;
}

/** A label that stands or stood, by the sides as they are shown. */
export interface Judged extends Remarks {
  choice: Choice;
  strength?: Strength;
}

/** A pair as the screen knows it: which response is `a` stays in the kernel. */
export interface Pair {
  id: string;
  prompt: Text;
  left: Text;
  right: Text;
  /** Skipped before, and now shown again. */
  returning: boolean;
  /** The label that stands, when the pair is shown to be judged anew. */
  label?: Judged;
  /** The label that was just taken back. */
  draft?: Judged;
}

/** How far the annotator is, in pairs; see `Standing` in labels.py. */
export interface Standing {
  total: number;
  labeled: number;
  ties: number;
  both_bad: number;
  skipped: number;
  upcoming: number;
}

/** A label that undo can take back. */
export interface Past {
  event: string;
  pair: string;
  choice: Choice;
  strength: Strength | null;
  /** It took the place of another label, which undoing it brings back. */
  changes?: boolean;
  /** Who wrote left and right, where the session shows that after the choice. */
  models?: readonly [string | null, string | null];
}

/** What a list of earlier labels is narrowed to. */
export const FILTERS = ["all", "ties", "skipped", "noted", "flagged", "slow", "changed"] as const;
export type Filter = (typeof FILTERS)[number];

/** A label in the list of what was labeled. */
export interface Listed {
  event: string;
  pair: string;
  choice: Choice;
  strength: Strength | null;
  noted: boolean;
  flagged: boolean;
  changed: boolean;
  seconds: number | null;
  /** How the prompt begins. */
  prompt: string;
}

export interface ListingMessage {
  type: "listing";
  filter: Filter;
  items: Listed[];
  more: boolean;
}

export interface LabelEvent extends Remarks {
  type: "label";
  id: string;
  pair: string;
  choice: Choice;
  strength?: Strength;
  seconds?: number;
  /** The shuffle of sides under which it was chosen. */
  shuffle: string;
  at: string;
}

export interface UndoEvent {
  type: "undo";
  id: string;
  event: string;
  at: string;
}

/** What the journal will hold: kept in the outbox until it is acknowledged. */
export type OutboxEvent = LabelEvent | UndoEvent;

export type ToKernel =
  | OutboxEvent
  | { type: "hello" }
  | { type: "fetch"; have: string[] }
  | { type: "back"; before: string }
  | { type: "ping"; n: number }
  | { type: "revisit" }
  | { type: "list"; filter: Filter; before: string | null }
  | { type: "show"; pair: string }
  | { type: "module"; name: ModuleName }
  | { type: "image"; name: string };

export type TooFast = "warn" | "hold" | null;

export interface StateMessage {
  type: "state";
  name: string;
  open: string;
  outbox: string;
  question: string;
  scale: Scale;
  images: ImagePolicy;
  shuffle: string;
  readOnly: boolean;
  form?: Form;
  guidelines?: string | null;
  /** Keys of the annotator's own, by action. */
  keys?: Readonly<Record<string, readonly string[]>>;
  /** Whether to say how the work goes. */
  pace?: boolean;
  /** What becomes of a choice quicker than the texts can be read. */
  tooFast?: TooFast;
  /** Whether who wrote the responses is shown after the choice. */
  revealModels?: boolean;
  standing: Standing;
  deck: Pair[];
  history: Past[];
  recent: Pair[];
}

export interface AckMessage {
  type: "ack";
  id: string;
  standing: Standing;
  label?: Past;
  undone?: string;
  pair?: Pair;
}

export interface RefusedMessage {
  type: "refused";
  id: string | null;
  reason: string;
  keep: boolean;
}

export type FromKernel =
  | StateMessage
  | AckMessage
  | RefusedMessage
  | { type: "pairs"; pairs: Pair[]; more: boolean }
  | { type: "history"; history: Past[] }
  | ListingMessage
  | { type: "shown"; pair: Pair }
  | { type: "pong"; n: number }
  | { type: "module"; name: ModuleName; source: string }
  /** With the bytes as a buffer, or the reason why there are none. */
  | { type: "image"; name: string; reason?: string };
