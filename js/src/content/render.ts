import { codeElement } from "./code";
import type { Context, LaterStep } from "./context";
import { element, readsFromRight } from "./dom";
import { isJson } from "./json";
import { Allowance, limits } from "./limits";
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

/** Adds colours and formulas, up to a limit; what fails or is too much stays as it is. */
function finish(steps: readonly LaterStep[]): void {
  const start = performance.now();
  let work = 0;
  for (const step of steps) {
    work += step.work;
    if (work > limits.laterWork) return;
    if (performance.now() - start > limits.laterMilliseconds) return;
    try {
      step.run();
    } catch {}
  }
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
  finish(context.later);
  return root;
}
