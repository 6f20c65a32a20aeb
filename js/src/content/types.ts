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

/** Draws a formula into `element`. Lives in a module of its own, loaded only where there is a formula. */
export type MathRenderer = (tex: string, element: HTMLElement, display: boolean) => void;

/** Whether a remote image may be requested: at a click, not at all, or at once. */
export type ImagePolicy = "ask" | "never" | "always";

/** Gives an element the image that the session holds under a name. */
export type ShowStored = (image: HTMLImageElement, name: string) => void;

export interface RenderOptions {
  /** Show the text as written, without formatting. */
  raw?: boolean;
  images?: ImagePolicy;
  math?: MathRenderer | undefined;
  stored?: ShowStored;
}
