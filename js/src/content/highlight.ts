import type { RootContent } from "hast";
import { createLowlight } from "lowlight";
import { appendText } from "./characters";
import { element } from "./dom";
import { grammars } from "./grammars";
import { limits } from "./limits";

const lowlight = createLowlight(grammars);

const longLine = new RegExp(`.{${limits.highlightedLine + 1}}`);

/**
 * Whether some code gets colours: there is a grammar for its language, and it is neither long nor of long
 * lines, on which the expressions of many a grammar take quadratic time.
 */
export function isHighlighted(language: string, text: string): boolean {
  return (
    lowlight.registered(language) &&
    text.length <= limits.highlightedCharacters &&
    !longLine.test(text)
  );
}

function appendNodes(parent: Node, nodes: readonly RootContent[]): void {
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
export function highlighted(language: string, text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  appendNodes(made, lowlight.highlight(language, text, { prefix: "code-" }).children);
  return made;
}
