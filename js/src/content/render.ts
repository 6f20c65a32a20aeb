import type { Context } from "./context";
import { element } from "./dom";
import { Allowance, TooMuch } from "./limits";
import { safeTarget } from "./links";
import { formatMarkdown } from "./markdown";
import { appendMessages } from "./messages";
import { appendPlain, reasonElement } from "./plain";
import { plainText } from "./plaintext";
import type { RenderOptions, Text } from "./types";

function reasonFor(error: unknown): string {
  return error instanceof TooMuch ? error.message : "it could not be formatted.";
}

/** Appends one text formatted, or as written with the reason where that fails. */
function appendFormatted(parent: Element, text: string, context: Context): void {
  try {
    parent.append(formatMarkdown(text, context));
  } catch (error) {
    parent.append(reasonElement(reasonFor(error)));
    appendPlain(parent, text);
  }
}

/** Builds the DOM for a prompt or response. Never throws: whatever fails shows as plain text with a reason. */
export function renderText(text: Text, options: RenderOptions = {}): HTMLElement {
  const root = element("div", "content");
  const context: Context = {
    allowance: new Allowance(),
    images: options.images ?? "ask",
    math: options.math,
    inLink: false,
    linkTarget: safeTarget,
  };
  const append = (parent: Element, part: string): void => {
    if (options.raw) appendPlain(parent, part);
    else appendFormatted(parent, part, context);
  };
  try {
    if (typeof text === "string") append(root, text);
    else appendMessages(root, text, append);
  } catch (error) {
    root.replaceChildren(reasonElement(reasonFor(error)));
    appendPlain(root, plainText(text));
  }
  return root;
}
