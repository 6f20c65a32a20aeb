import type { Word } from "./words";

/** A stretch of one text, or a whole element, that the other side lacks. */
interface Stretch {
  node: Text | Element;
  start: number;
  end: number;
}

/** The stretches that differ; words that follow each other in one text make one, with the space between. */
export function stretches(words: readonly Word[], differs: readonly boolean[]): Stretch[] {
  const found: Stretch[] = [];
  for (const [index, { node, start, end }] of words.entries()) {
    if (!differs[index]) continue;
    const last = found.at(-1);
    if (last && differs[index - 1] && node instanceof Text && last.node === node) last.end = end;
    else found.push({ node, start, end });
  }
  return found;
}

function markAround(className: string, content: Node): HTMLElement {
  const mark = document.createElement("mark");
  mark.className = className;
  mark.append(content);
  return mark;
}

/** Replaces one text by its parts, some of them marked. Returns how to put the text back. */
function markText(text: Text, parts: readonly Stretch[], className: string): () => void {
  const made = document.createDocumentFragment();
  let end = 0;
  for (const part of parts) {
    if (part.start > end) made.append(text.data.slice(end, part.start));
    made.append(
      markAround(className, document.createTextNode(text.data.slice(part.start, part.end))),
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

function markElement(element: Element, className: string): () => void {
  const place = document.createComment("");
  element.replaceWith(place);
  const mark = markAround(className, element);
  place.replaceWith(mark);
  return () => mark.replaceWith(element);
}

/** Marks stretches. Returns how to take each mark away, in the order they were made. */
export function markStretches(found: readonly Stretch[], className: string): (() => void)[] {
  const undo: (() => void)[] = [];
  for (let index = 0; index < found.length; ) {
    const first = found[index] as Stretch;
    let next = index + 1;
    while (found[next]?.node === first.node) next += 1;
    undo.push(
      first.node instanceof Text
        ? markText(first.node, found.slice(index, next), className)
        : markElement(first.node, className),
    );
    index = next;
  }
  return undo;
}
