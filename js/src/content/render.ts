import { codeElement } from "./code";
import type { Context } from "./context";
import { element, readsFromRight } from "./dom";
import { isJson } from "./json";
import { finish } from "./later";
import { Allowance } from "./limits";
import { safeTarget } from "./links";
import { formatMarkdown } from "./markdown";
import { appendMessages } from "./messages";
import { plainText } from "./parts";
import { appendFailed, appendMade, appendPlain } from "./plain";
import type { RenderOptions, Text } from "./types";

/** Appends one text formatted, or as written with the reason where that fails. */
function appendFormatted(parent: Element, text: string, context: Context): void {
  appendMade(parent, text, () => {
    context.allowance.countCharacters(text.length);
    const own = { ...context, later: [] };
    const made = isJson(text) ? codeElement(text, "json", own, true) : formatMarkdown(text, own);
    context.later.push(...own.later);
    return made;
  });
}

/** Builds the DOM for a prompt or response. Never throws: whatever fails shows as plain text with a reason. */
export function renderText(text: Text, options: RenderOptions = {}): HTMLElement {
  const root = element("div", "content");
  const context: Context = {
    allowance: new Allowance(),
    images: options.images ?? "ask",
    need: options.need ?? (() => undefined),
    stored: options.stored,
    later: [],
    behindLink: undefined,
    linkTarget: safeTarget,
  };
  const append = (parent: Element, part: string): void => {
    if (options.raw) appendPlain(parent, part);
    else appendFormatted(parent, part, context);
  };
  try {
    if (typeof text === "string") append(root, text);
    else appendMessages(root, text, append, context);
  } catch (error) {
    root.replaceChildren();
    appendFailed(root, plainText(text), error);
  }
  // A class rather than `:has(:dir(rtl))`, which the browser must match anew as texts come and go.
  const [first] = root.children;
  if (first && readsFromRight(first)) root.classList.add("from-right");
  finish(root, context.later, options.signal);
  return root;
}
