import type { MarkedToken, Token, Tokens } from "marked";
import { appendText } from "./characters";
import { codeElement } from "./code";
import type { Context } from "./context";
import { autoDirected, directContainer, element } from "./dom";
import { formulaElement } from "./formula-element";
import { appendInlines } from "./inlines";
import { handLayout } from "./layout";
import type { DrawingToken, FormulaToken } from "./lex";
import { tableElement } from "./tables";

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"] as const;

function headingElement(token: Tokens.Heading, context: Context): HTMLElement {
  const made = element(headings[token.depth - 1] ?? "h6");
  appendInlines(made, token.tokens, context);
  return autoDirected(made);
}

function paragraphElement(token: Tokens.Paragraph, context: Context): HTMLElement {
  const made = element("p", handLayout(token.text) ?? "");
  appendInlines(made, token.tokens, context);
  return autoDirected(made);
}

function listElement(token: Tokens.List, context: Context): HTMLElement {
  const list = element(token.ordered ? "ol" : "ul");
  if (list instanceof HTMLOListElement && token.start !== "" && token.start !== 1) {
    list.start = token.start;
  }
  for (const item of token.items) {
    context.allowance.countBlock();
    const made = element("li", item.task ? "task-item" : "");
    appendBlocks(made, item.tokens, context);
    list.append(directItem(made));
  }
  return directContainer(list);
}

/** An item whose text sits in blocks of its own must not ask them for its direction. */
function directItem(item: HTMLLIElement): HTMLLIElement {
  return item.querySelector("[dir]") ? directContainer(item) : autoDirected(item);
}

function writtenElement(text: string, className: string): HTMLElement {
  const made = element("p", className);
  appendText(made, text.replace(/\n+$/, ""));
  return autoDirected(made);
}

/** Appends block tokens to `parent` as elements. */
export function appendBlocks(
  parent: ParentNode & Node,
  tokens: readonly Token[],
  context: Context,
): void {
  for (const token of tokens as readonly (MarkedToken | FormulaToken | DrawingToken)[]) {
    context.allowance.countBlock();
    switch (token.type) {
      case "space":
      case "def":
        break;
      case "heading":
        parent.append(headingElement(token, context));
        break;
      case "paragraph":
        parent.append(paragraphElement(token, context));
        break;
      case "text":
        appendInlines(parent, token.tokens ?? [], context);
        break;
      case "checkbox":
        appendInlines(parent, [token], context);
        break;
      case "code":
        parent.append(codeElement(token.text, token.lang ?? "", context));
        break;
      case "blockquote": {
        const quote = element("blockquote");
        appendBlocks(quote, token.tokens, context);
        parent.append(directContainer(quote));
        break;
      }
      case "list":
        parent.append(listElement(token, context));
        break;
      case "table":
        parent.append(tableElement(token, context));
        break;
      case "drawing":
        parent.append(writtenElement(token.raw, "drawing"));
        break;
      case "formula":
        parent.append(formulaElement(token, true, context));
        break;
      case "hr":
        parent.append(element("hr"));
        break;
      default:
        parent.append(writtenElement(token.raw, "as-written"));
    }
  }
}
