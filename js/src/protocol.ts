// The messages between browser and kernel; src/tiebreak/events.py and widget.py are the other half.

import type { ImagePolicy, Text } from "./content";
import type { ModuleName } from "./modules";

export type Choice = "left" | "right" | "tie" | "both_bad" | "skip";
export type Strength = 1 | 2 | 3;
export type Scale = "simple" | "graded";

/** A pair as the screen knows it: which response is `a` stays in the kernel. */
export interface Pair {
  id: string;
  prompt: Text;
  left: Text;
  right: Text;
  /** Skipped before, and now shown again. */
  returning: boolean;
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
}

export interface LabelEvent {
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
  | { type: "module"; name: ModuleName }
  | { type: "image"; name: string };

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
  | { type: "pong"; n: number }
  | { type: "module"; name: ModuleName; source: string }
  /** With the bytes as a buffer, or the reason why there are none. */
  | { type: "image"; name: string; reason?: string };
