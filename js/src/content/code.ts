import { appendText } from "./characters";
import { element, scrollable } from "./dom";

/** A block of code. Code reads left to right whatever language its comments are in. */
export function codeElement(text: string): HTMLElement {
  const code = element("code");
  appendText(code, text);
  const pre = scrollable(element("pre", "code", code), "Code");
  pre.dir = "ltr";
  return pre;
}
