import type { MarkedToken, Token } from "marked";
import { appendText } from "./characters";
import type { Context } from "./context";
import { element } from "./dom";
import { decodeEntities } from "./entities";
import { formulaElement } from "./formula-element";
import { imageElement } from "./images";
import type { FormulaToken } from "./lex";
import { linkElement } from "./links";

/** The words of inline tokens without their formatting, for an image's description. */
function wordsOf(tokens: readonly Token[]): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      if (token.type === "text") return decodeEntities(token.raw);
      if (token.type === "br") return "\n";
      if ("tokens" in token && token.tokens) return wordsOf(token.tokens);
      return "text" in token ? token.text : token.raw;
    })
    .join("");
}

function formatted(tag: "em" | "strong" | "del", tokens: readonly Token[], context: Context): Node {
  const made = element(tag);
  appendInlines(made, tokens, context);
  return made;
}

function checkbox(checked: boolean): HTMLElement {
  const box = element("span", "task", checked ? "☑" : "☐");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", checked ? "done" : "not done");
  return box;
}

/** Appends inline tokens to `parent` as elements and text. */
export function appendInlines(
  parent: ParentNode & Node,
  tokens: readonly Token[],
  context: Context,
): void {
  for (const token of tokens as readonly (MarkedToken | FormulaToken)[]) {
    context.allowance.countToken();
    switch (token.type) {
      case "text":
        // `raw` is what was written; marked's own `text` is decoded only in part.
        appendText(parent, decodeEntities(token.raw));
        break;
      case "escape":
        appendText(parent, token.text);
        break;
      case "em":
      case "strong":
      case "del":
        parent.appendChild(formatted(token.type, token.tokens, context));
        break;
      case "codespan": {
        const code = element("code");
        appendText(code, token.text);
        parent.appendChild(code);
        break;
      }
      case "br":
        parent.appendChild(element("br"));
        break;
      case "checkbox":
        parent.append(checkbox(token.checked), " ");
        break;
      case "link": {
        const target = context.linkTarget(token.autolink ? token.href : decodeEntities(token.href));
        if (!target) {
          appendText(parent, token.raw);
          break;
        }
        const text = document.createDocumentFragment();
        const behindLink: Node[] = [];
        if (token.autolink) appendText(text, token.text);
        else appendInlines(text, token.tokens, { ...context, behindLink });
        parent.append(linkElement(target, decodeEntities(token.title ?? ""), text), ...behindLink);
        break;
      }
      case "image": {
        const alt = wordsOf(token.tokens);
        const source = decodeEntities(token.href);
        parent.appendChild(imageElement(source, alt, context.images, context.behindLink));
        break;
      }
      case "formula":
        parent.append(formulaElement(token, false, context));
        break;
      default:
        appendText(parent, token.raw);
    }
  }
}
