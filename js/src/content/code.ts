import { appendText } from "./characters";
import type { Context } from "./context";
import { copyButton } from "./copy";
import { element, scrollable } from "./dom";
import { highlighted, mayBeHighlighted } from "./highlight";

// About what a pane of half a notebook holds.
const longLine = /^.{48}/m;

const elementsOfBlock = 8;

function languageOf(info: string): string {
  return /^[\w+#.-]{1,20}/.exec(info.trim())?.[0] ?? "";
}

function wrapButton(figure: HTMLElement, wrapped: boolean): HTMLButtonElement {
  const button = element("button", "code-wrap", "Wrap");
  button.type = "button";
  button.setAttribute("aria-label", "Wrap long lines");
  const set = (on: boolean): void => {
    figure.classList.toggle("wrap", on);
    button.setAttribute("aria-pressed", String(on));
  };
  button.addEventListener("click", () => set(!figure.classList.contains("wrap")));
  set(wrapped);
  return button;
}

/**
 * A block of code with its language, a copy button and, where a line is long, a switch that wraps it.
 * It shows plain; colours come when the rest is done. Code reads left to right whatever
 * language its comments are in.
 */
export function codeElement(
  text: string,
  info: string,
  context: Context,
  wrapped = false,
): HTMLElement {
  // A line takes about as long to lay out as an element.
  context.allowance.countBlock(elementsOfBlock + text.split("\n").length);
  const language = languageOf(info);
  const code = element("code");
  appendText(code, text);
  const pre = scrollable(element("pre", "", code), language ? `Code, ${language}` : "Code");
  pre.dir = "ltr";
  const figure = element("div", "code");
  const bar = element("div", "code-bar", element("span", "code-language", language));
  if (longLine.test(text)) bar.append(wrapButton(figure, wrapped));
  bar.append(copyButton(text));
  figure.append(bar, pre);
  const known = language.toLowerCase();
  if (!mayBeHighlighted(known, text)) return figure;
  const highlighter = context.need("code");
  if (highlighter?.knows(known)) {
    context.later.push({
      work: text.length,
      run: () => code.replaceChildren(highlighted(highlighter, known, text)),
    });
  }
  return figure;
}
