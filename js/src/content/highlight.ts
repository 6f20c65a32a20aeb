import { appendText } from "./characters";
import { element } from "./dom";
import { limits } from "./limits";
import type { Highlighter } from "./types";

const longLine = new RegExp(`.{${limits.highlightedLine + 1}}`);

/**
 * Whether some code may get colours: its language is named, and it is neither long nor of long lines, on
 * which the expressions of many a grammar take quadratic time.
 */
export function mayBeHighlighted(language: string, text: string): boolean {
  return language !== "" && text.length <= limits.highlightedCharacters && !longLine.test(text);
}

function appendNodes(parent: Node, nodes: ReturnType<Highlighter["highlight"]>): void {
  for (const node of nodes) {
    if (node.type === "text") appendText(parent, node.value);
    else if (node.type === "element") {
      const className = node.properties.className;
      const made = element("span", Array.isArray(className) ? className.join(" ") : "");
      appendNodes(made, node.children);
      parent.appendChild(made);
    }
  }
}

/** The text of some code as coloured spans. */
export function highlighted(
  highlighter: Highlighter,
  language: string,
  text: string,
): DocumentFragment {
  const made = document.createDocumentFragment();
  appendNodes(made, highlighter.highlight(language, text));
  return made;
}
