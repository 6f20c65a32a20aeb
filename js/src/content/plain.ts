import { appendText, countInvisible, visible } from "./characters";
import { autoDirected, element } from "./dom";
import { limits } from "./limits";

const partCharacters = 20_000;
const firstCharacters = 100_000;
const moreCharacters = 500_000;

/** Where a part may end: after a line if it can be, and never inside a character. */
function partEnd(text: string, start: number): number {
  const end = start + partCharacters;
  if (end >= text.length) return text.length;
  const newline = text.lastIndexOf("\n", end);
  if (newline > start) return newline + 1;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

function partElement(text: string): HTMLElement {
  const part = element("div", "plain");
  if (countInvisible(text) > limits.invisibleCharacters) part.append(visible(text));
  else appendText(part, text);
  return autoDirected(part);
}

/** Appends text as written. A very long one comes in parts, at a click, so that no layout blocks the tab. */
export function appendPlain(parent: Element, written: string): void {
  const text = written.replace(/\r\n?/g, "\n");
  let shown = 0;
  const showUpTo = (wanted: number): DocumentFragment => {
    const parts = document.createDocumentFragment();
    while (shown < Math.min(wanted, text.length)) {
      const end = partEnd(text, shown);
      parts.append(partElement(text.slice(shown, end)));
      shown = end;
    }
    return parts;
  };
  parent.append(showUpTo(firstCharacters));
  if (shown >= text.length) return;
  const more = element("button", "more");
  more.type = "button";
  const label = (): void => {
    more.textContent = `Show more (${(text.length - shown).toLocaleString("en")} characters left)`;
  };
  more.addEventListener("click", () => {
    more.before(showUpTo(shown + moreCharacters));
    if (shown >= text.length) more.remove();
    else label();
  });
  label();
  parent.append(more);
}

export function reasonElement(reason: string): HTMLElement {
  return element("p", "reason", `Shown as plain text: ${reason}`);
}
