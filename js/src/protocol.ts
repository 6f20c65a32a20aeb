// The messages between browser and kernel. Written by `python3 dev.py protocol` from
// src/tiebreak/widget/messages.py: change it there.

import type { Text } from "./content";

export const LONGEST_NOTE = 20_000;
export const LONGEST_EDIT = 2_000_000;

export type Choice = "left" | "right" | "tie" | "both_bad" | "skip";
export type Verdict = "left" | "right" | "tie" | "both_bad";
export type Strength = 1 | 2 | 3;
export type Scale = "simple" | "graded";
export type TooFast = "warn" | "hold";
export type ImagePolicy = "ask" | "never" | "always";
export type NoteRequired = 1 | 2 | 3 | "tie" | "both_bad" | "any";
export type ModuleName = "math" | "code" | "differences" | "player";

/** What a list of earlier labels is narrowed to. */
export const FILTERS = ["all", "ties", "skipped", "noted", "flagged", "slow", "changed"] as const;
export type Filter = (typeof FILTERS)[number];

/** A criterion or a principle. */
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
  noteRequired: readonly NoteRequired[];
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

/** What someone else said of a pair, for whoever decides where people part. */
export interface Vote extends Judged {
  /** Who; a number of this pair's own where names are hidden. */
  by: string;
  /** They improved the better response. */
  edited?: boolean;
}

/** A pair as the screen knows it: which response is `a` stays in the kernel. */
export interface Pair {
  id: string;
  prompt: Text;
  left: Text;
  right: Text;
  /** Skipped before, and now shown again. */
  returning: boolean;
  /** Counted among those to come, though it has a label. */
  queued?: boolean;
  /** The label that stands, when the pair is shown to be judged anew. */
  label?: Judged;
  /** The label that was just taken back. */
  draft?: Judged;
  /** What others said of it. */
  votes?: readonly Vote[];
}

/** How far an annotator is, in slots: second showings count as pairs of their own. */
export interface Standing {
  total: number;
  labeled: number;
  ties: number;
  both_bad: number;
  skipped: number;
  upcoming: number;
}

/** Whether the labels settle which models are better; which ones those are is not told. */
export interface Stopping {
  /** How many two models are compared. */
  contests: number;
  /** Of how many it is settled. */
  settled: number;
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

/** A choice made on screen, by side. */
export interface LabelEvent extends Remarks {
  type: "label";
  id: string;
  /** The pair as the screen knows it. */
  pair: string;
  choice: Choice;
  at: string;
  strength?: Strength;
  seconds?: number;
  /**
   * The shuffle of sides that was on screen. Seed and order can be changed until the first label,
   * and an older screen's left is then not what is left now.
   */
  shuffle?: string;
  /** The version of the guidelines that was on screen. */
  guideline?: string;
}

/** Takes one earlier label back, named by its event id. It stays in the journal. */
export interface UndoEvent {
  type: "undo";
  id: string;
  event: string;
  at: string;
}

/** A front end came up and asks for all it needs. */
export interface Hello {
  type: "hello";
}

/** The deck runs low; `have` are the pairs already in it. */
export interface Fetch {
  type: "fetch";
  have: readonly string[];
}

/** The history runs low; give labels made before the event `before`. */
export interface Back {
  type: "back";
  before: string;
}

/** Asks for a pong: what was sent earlier and is not acknowledged by then got lost. */
export interface Ping {
  type: "ping";
  n: number;
}

/** Asks for what was labeled, newest first: what passes the filter, made before `before`. */
export interface ListRequest {
  type: "list";
  filter: Filter;
  before: string | null;
}

/** Asks for a pair that was labeled, to look at it again or change its label. */
export interface ShowRequest {
  type: "show";
  pair: string;
}

/** Asks for a part of the front end that few pairs need. */
export interface ModuleRequest {
  type: "module";
  name: ModuleName;
}

/** Asks for an image or audio that a pair refers to. */
export interface MediaRequest {
  type: "media";
  name: string;
}

/** Asks to be shown the skipped pairs once more. */
export interface Revisit {
  type: "revisit";
}

/** All that a front end needs to begin. */
export interface StateMessage {
  type: "state";
  name: string;
  /** How to open the session anywhere. */
  open: string;
  /** Names this session and annotator in the browser's storage. */
  outbox: string;
  question: string;
  scale: Scale;
  form: Form;
  /** Markdown. */
  guidelines: string | null;
  /** Keys of the annotator's own, by action. */
  keys: Readonly<Record<string, readonly string[]>>;
  /** Whether to say how the work goes. */
  pace: boolean;
  /** What becomes of a choice quicker than the texts can be read. */
  tooFast: TooFast | null;
  /** Whether who wrote the responses is shown after the choice. */
  revealModels: boolean;
  /** What becomes of images that a response links to. */
  images: ImagePolicy;
  /** Names the shuffle of sides, which each choice is sent with. */
  shuffle: string;
  /** Names the version of the guidelines, which each choice is sent with, too. */
  guideline: string;
  readOnly: boolean;
  standing: Standing;
  /** The first of the pairs to come. */
  deck: readonly Pair[];
  /** What undo can take back, newest first. */
  history: readonly Past[];
  /** The pairs of the newest labels, to be looked at after an undo. */
  recent: readonly Pair[];
  /** What was said when the session was opened. */
  told?: string;
  /** What to run when all is labeled, where that is not the usual. */
  nextStep?: string;
  /** Where the session asks for it. */
  stopping?: Stopping;
}

/** More of the deck; where `more` is said, another such message follows. */
export interface PairsMessage {
  type: "pairs";
  pairs: readonly Pair[];
  more: boolean;
}

/** An event is on disk. */
export interface AckMessage {
  type: "ack";
  id: string;
  standing: Standing;
  /** The label that was made. */
  label?: Past;
  /** The event that was taken back. */
  undone?: string;
  /** The pair to show again after that. */
  pair?: Pair;
  /** Where the session asks for it. */
  stopping?: Stopping;
}

/** An event or question was not taken. */
export interface RefusedMessage {
  type: "refused";
  id: string | null;
  reason: string;
  /** Whether to keep the event and try again. */
  keep: boolean;
}

/** More of what undo can take back. */
export interface HistoryMessage {
  type: "history";
  history: readonly Past[];
}

/** Labels that pass a filter, newest first. */
export interface ListingMessage {
  type: "listing";
  filter: Filter;
  items: readonly Listed[];
  more: boolean;
}

/** A labeled pair. */
export interface ShownMessage {
  type: "shown";
  pair: Pair;
}

/** A line for whoever looks at the screen, until it is dismissed. */
export interface NoticeMessage {
  type: "notice";
  text: string;
}

/** All that was sent before the ping of this number was dealt with. */
export interface PongMessage {
  type: "pong";
  n: number;
}

/** The source text of a part of the front end. */
export interface ModuleMessage {
  type: "module";
  name: ModuleName;
  source: string;
}

/** An image or audio, its bytes in a buffer, or the reason why there are none. */
export interface MediaMessage {
  type: "media";
  name: string;
  reason?: string;
}

/** What the journal will hold: kept in the outbox until it is acknowledged. */
export type OutboxEvent = LabelEvent | UndoEvent;

export type ToKernel =
  | LabelEvent
  | UndoEvent
  | Hello
  | Fetch
  | Back
  | Ping
  | ListRequest
  | ShowRequest
  | ModuleRequest
  | MediaRequest
  | Revisit;

export type FromKernel =
  | StateMessage
  | PairsMessage
  | AckMessage
  | RefusedMessage
  | HistoryMessage
  | ListingMessage
  | ShownMessage
  | NoticeMessage
  | PongMessage
  | ModuleMessage
  | MediaMessage;
