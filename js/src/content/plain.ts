import { appendText, hasTooManyInvisible, visible } from "./characters";
import { autoDirected, element } from "./dom";
import { TooMuch } from "./limits";

const partCharacters = 20_000;
const partLines = 600;
const firstParts = 5;
const moreParts = 25;

/** Where some lines after `start` end, if that is before `most`. */
function endOfLines(text: string, start: number, most: number): number {
  let end = start;
  for (let line = 0; line < partLines; line += 1) {
    end = text.indexOf("\n", end) + 1;
    if (end === 0 || end > most) return most;
  }
  return end;
}

/** Where a part may end: after a line if it can be, and never inside a character. */
function partEnd(text: string, start: number, most: number): number {
  const end = endOfLines(text, start, start + most);
  if (end >= text.length) return text.length;
  const newline = text.lastIndexOf("\n", end);
  if (newline > start) return newline + 1;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

/** A part of a text from `start` on, and where it ends. */
function partAt(text: string, start: number): { part: HTMLElement; end: number } {
  const part = element("div", "plain");
  let end = partEnd(text, start, partCharacters);
  if (hasTooManyInvisible(text.slice(start, end))) {
    // Made visible, each is eight characters long.
    end = partEnd(text, start, partCharacters / 8);
    appendText(part, visible(text.slice(start, end)));
  } else appendText(part, text.slice(start, end));
  return { part: autoDirected(part), end };
}

/** Appends text as written. A very long one comes in parts, at a click, so that no layout blocks the tab. */
export function appendPlain(parent: Element, written: string): void {
  const text = written.replace(/\r\n?/g, "\n");
  let shown = 0;
  const next = (count: number): DocumentFragment => {
    const parts = document.createDocumentFragment();
    for (let made = 0; made < count && shown < text.length; made += 1) {
      const { part, end } = partAt(text, shown);
      parts.append(part);
      shown = end;
    }
    return parts;
  };
  parent.append(next(firstParts));
  if (shown >= text.length) return;
  const more = element("button", "more");
  more.type = "button";
  const label = (): void => {
    more.textContent = `Show more (${(text.length - shown).toLocaleString("en")} characters left)`;
  };
  more.addEventListener("click", () => {
    more.before(next(moreParts));
    if (shown >= text.length) more.remove();
    else label();
  });
  label();
  parent.append(more);
}

/** Appends a text as written, with the reason why it could not be formatted. */
export function appendFailed(parent: Element, written: string, error: unknown): void {
  const reason = error instanceof TooMuch ? error.message : "it could not be formatted.";
  parent.append(element("p", "reason", `Shown as plain text: ${reason}`));
  appendPlain(parent, written);
}

/** Appends what is made of a text; where that fails, the text as written. */
export function appendMade(parent: Element, written: string, make: () => Node): void {
  try {
    parent.append(make());
  } catch (error) {
    appendFailed(parent, written, error);
  }
}
