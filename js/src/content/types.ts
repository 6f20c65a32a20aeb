import type { RootContent } from "hast";

export interface Message {
  role: string;
  content: string | null | readonly Part[];
  tool_calls?: unknown;
  name?: string;
  [key: string]: unknown;
}

/** A text, or an image or audio of the session by its name. */
export type Part =
  | { type: "text"; text: string }
  | { type: "image"; image: string }
  | { type: "audio"; audio: string };

/** A prompt or a response: one string, or the turns of a conversation. */
export type Text = string | Message[];

/** What few texts need lives in modules of its own, loaded when a text first needs it. */
export interface Modules {
  math: MathRenderer;
  code: Highlighter;
  differences: Differ;
  player: OpenPlayers;
}

/** Gives a part that lives in a module of its own; where it is not there yet, asks for it. */
export type NeedModule = <Name extends keyof Modules>(name: Name) => Modules[Name] | undefined;

/** Draws a formula into `element`. */
export type MathRenderer = (tex: string, element: HTMLElement, display: boolean) => void;

/** Finds the words, strings and comments of code. */
export interface Highlighter {
  knows(language: string): boolean;
  highlight(language: string, text: string): readonly RootContent[];
}

/**
 * Marks what differs between two rendered contents and says how to take the marks away; where it marks
 * nothing, also why.
 */
export type Differ = (left: HTMLElement, right: HTMLElement, options?: DiffOptions) => Differences;

export interface DiffOptions {
  /** Fold the blocks that are the same on both sides. */
  fold?: boolean;
}

export interface Differences {
  /** Takes marks and folds away; both contents are then as they were. */
  undo(): void;
  /** Why nothing is marked, where nothing is. */
  reason?: string;
  /** What the marks say, where there are any. */
  legend?: string;
}

/** Whether a remote image may be requested: at a click, not at all, or at once. */
export type ImagePolicy = "ask" | "never" | "always";

/** Gives an element the image or audio that the session holds under a name. */
export type ShowStored = (element: HTMLImageElement | HTMLAudioElement, name: string) => void;

/** What was listened to of a pair, kept while it is on no screen. */
export interface Listened {
  /** From 0 to 1, for all that plays. */
  volume: number;
  /** The stretches that were played, in seconds, by what each player is called. */
  played: Map<string, readonly (readonly [from: number, to: number])[]>;
}

export interface PlayerOptions {
  /** Where audio of each has its place. */
  panes: Readonly<Record<"prompt" | "left" | "right", Element>>;
  /** Where what is said of all of them, and done to all, has its place. */
  bar: Element;
  listened: Listened;
  stored: ShowStored;
  /** How the keys show that do what the buttons do. */
  keys: Readonly<Record<"left" | "right" | "pause" | "back", string>>;
  /** Gives the keys back to the widget once the pointer has moved a slider. */
  letGo(): void;
}

/** The players of a pair, one of which plays at a time. */
export interface Players {
  /** Plays a side, or pauses it where it plays. */
  play(side: "left" | "right"): void;
  /** Pauses what plays, or lets go on what played last. */
  pause(): void;
  /** Goes back some seconds in what played last. */
  back(): void;
}

/** Puts players where the audio of a pair has its place, until the signal ends them. */
export type OpenPlayers = (options: PlayerOptions, signal: AbortSignal) => Players;

export interface RenderOptions {
  /** Show the text as written, without formatting. */
  raw?: boolean;
  images?: ImagePolicy;
  /** Where formulas are drawn and code is coloured by; without it both show as written. */
  need?: NeedModule;
  stored?: ShowStored;
  /** Ends what is left to do in idle time, where the content is no longer shown. */
  signal?: AbortSignal;
}
