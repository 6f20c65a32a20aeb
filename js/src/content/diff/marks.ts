import type { Kind } from "./points";
import type { Word } from "./words";

/** A stretch of one text, or a whole element, that is marked. */
export interface Mark {
  node: Text | Element;
  start: number;
  end: number;
  /** What it is that the other side lacks, where the two are different answers. */
  kind?: Kind | undefined;
  /** The number of a sentence that the other side has nearly the same. */
  alike?: number | undefined;
  /** Whether such a sentence begins with it. */
  isFirst?: boolean;
}

/** The stretches that differ; words that follow each other in one text make one, with the space between. */
export function stretches(words: readonly Word[], differs: readonly boolean[]): Mark[] {
  const found: Mark[] = [];
  for (const [index, { node, start, end }] of words.entries()) {
    if (!differs[index]) continue;
    const last = found.at(-1);
    if (last && differs[index - 1] && node instanceof Text && last.node === node) last.end = end;
    else found.push({ node, start, end });
  }
  return found;
}

function markAround(
  { kind, alike, isFirst }: Mark,
  side: "left" | "right",
  content: Node,
): HTMLElement {
  const mark = document.createElement("mark");
  if (alike === undefined || kind !== undefined) mark.classList.add(`diff-only-${side}`);
  if (kind !== undefined) {
    mark.dataset.kind = kind;
    mark.title = `${kind}, on this side alone`;
  }
  if (alike !== undefined) {
    mark.classList.add("diff-alike");
    mark.dataset.alike = `${alike}`;
  }
  if (isFirst) {
    mark.classList.add("first");
    mark.tabIndex = 0;
  }
  mark.append(content);
  return mark;
}

/** Replaces one text by its parts, some of them marked. Returns how to put the text back. */
function markText(text: Text, parts: readonly Mark[], side: "left" | "right"): () => void {
  const made = document.createDocumentFragment();
  let end = 0;
  for (const part of parts) {
    if (part.start > end) made.append(text.data.slice(end, part.start));
    made.append(
      markAround(part, side, document.createTextNode(text.data.slice(part.start, part.end))),
    );
    end = part.end;
  }
  if (end < text.length) made.append(text.data.slice(end));
  const nodes = [...made.childNodes];
  text.replaceWith(made);
  return () => {
    const [first, ...rest] = nodes;
    first?.replaceWith(text);
    for (const node of rest) node.remove();
  };
}

function markElement(element: Element, how: Mark, side: "left" | "right"): () => void {
  const place = document.createComment("");
  element.replaceWith(place);
  const mark = markAround(how, side, element);
  place.replaceWith(mark);
  return () => mark.replaceWith(element);
}

/** Marks stretches. Returns how to take each mark away, in the order they were made. */
export function markStretches(found: readonly Mark[], side: "left" | "right"): (() => void)[] {
  const undo: (() => void)[] = [];
  for (let index = 0; index < found.length; ) {
    const first = found[index] as Mark;
    let next = index + 1;
    while (found[next]?.node === first.node) next += 1;
    undo.push(
      first.node instanceof Text
        ? markText(first.node, found.slice(index, next), side)
        : markElement(first.node, first, side),
    );
    index = next;
  }
  return undo;
}
