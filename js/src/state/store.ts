// What one page knows of a session, as plain data. No DOM, no clock, no network: the same events
// always give the same state.

import type { ImagePolicy } from "../content";
import type { OwnKeys } from "../keys";
import type {
  Filter,
  Form,
  Judged,
  Listed,
  OutboxEvent,
  Pair,
  Past,
  Scale,
  Standing,
  Stopping,
  TooFast,
} from "../protocol";
import { type Draft, type Edited, NO_DRAFT } from "./draft";

export interface Session {
  name: string;
  open: string;
  /** Names this session and annotator in the browser's storage. */
  outbox: string;
  question: string;
  scale: Scale;
  /** Whether an image that a response links to may be requested. */
  images: ImagePolicy;
  /** Names the shuffle of sides that the deck was made under. */
  shuffle: string;
  /** Names the version of the guidelines on screen. */
  guideline: string;
  readOnly: boolean;
  form: Form;
  guidelines: string | null;
  keys: OwnKeys;
  pace: boolean;
  tooFast: TooFast | null;
  revealModels: boolean;
  /** What to run when all is labeled; empty for the usual. */
  nextStep: string;
}

/** A label that undo can take back, with what this page knows was said in it. */
export interface Remembered extends Past {
  said?: Judged;
}

/** The list of what was labeled, as far as it has come. */
export interface Listing {
  filter: Filter;
  items: readonly Listed[];
  more: boolean;
  isAwaited: boolean;
}

export type Effect = Pick<Standing, "labeled" | "ties" | "both_bad" | "skipped" | "upcoming">;

/** An event on its way to disk, and what it will do to the kernel's counts. */
export interface Pending {
  event: OutboxEvent;
  effect: Effect;
  /** What was said of the pair on screen when an undo was asked for. */
  draft?: Draft;
  /** Why the kernel did not take it, if it said so; it is tried again. */
  refusal?: string;
}

/** What one may go on without having read, and what did not come to pass. */
export type NoticeKind = "news" | "refusal";

export interface State {
  session: Session | null;
  /** As of the kernel's last word. */
  standing: Standing;
  /** The pairs to come; the first one is on screen. */
  deck: readonly Pair[];
  /** Labels that undo can take back, oldest first. */
  history: readonly Remembered[];
  /** Texts of pairs just labeled, so that undo need not wait. */
  recent: readonly Pair[];
  pending: readonly Pending[];
  /** Whether the labels settle which models are better, where the session asks for it. */
  stopping: Stopping | null;
  /** What is said beside the work, each shown until it is dismissed. */
  notices: Readonly<Record<NoticeKind, string | null>>;
  /** What is said of pairs that are not labeled yet, by pair. */
  drafts: ReadonlyMap<string, Draft>;
  /** The side whose answer is being edited, or that it is yet to be said which. */
  editing: Edited | "asking" | null;
  /** Whether the last choice was quicker than the texts can be read. */
  wasQuick: boolean;
  listing: Listing | null;
}

const NOTHING: Standing = {
  total: 0,
  labeled: 0,
  ties: 0,
  both_bad: 0,
  skipped: 0,
  upcoming: 0,
};

export const INITIAL: State = {
  session: null,
  standing: NOTHING,
  deck: [],
  history: [],
  recent: [],
  pending: [],
  stopping: null,
  notices: { news: null, refusal: null },
  drafts: new Map(),
  editing: null,
  wasQuick: false,
  listing: null,
};

export function currentPair(state: State): Pair | null {
  return state.deck[0] ?? null;
}

/** What is said so far of the pair on screen. */
export function currentDraft(state: State): Draft {
  return state.drafts.get(currentPair(state)?.id ?? "") ?? NO_DRAFT;
}
