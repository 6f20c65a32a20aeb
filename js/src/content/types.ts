import type { RootContent } from "hast";

export interface Message {
  role: string;
  content: string | null | readonly Part[];
  tool_calls?: unknown;
  name?: string;
  [key: string]: unknown;
}

/** A text, or an image of the session by its name. */
export type Part = { type: "text"; text: string } | { type: "image"; image: string };

/** A prompt or a response: one string, or the turns of a conversation. */
export type Text = string | Message[];

/** What few texts need lives in modules of its own, loaded when a text first needs it. */
export interface Modules {
  math: MathRenderer;
  code: Highlighter;
  differences: Differ;
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
}

/** Whether a remote image may be requested: at a click, not at all, or at once. */
export type ImagePolicy = "ask" | "never" | "always";

/** Gives an element the image that the session holds under a name. */
export type ShowStored = (image: HTMLImageElement, name: string) => void;

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
