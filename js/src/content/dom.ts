/** Makes an element with a class and children; strings become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/**
 * Lets a block of text find its own direction. Called once its text is in it: Chromium looks for the first
 * letter again at every child added to a block that has `dir="auto"`.
 */
export function autoDirected<E extends HTMLElement>(filled: E): E {
  filled.dir = "auto";
  return filled;
}

const firstLetter = /\p{L}/u;
const rightToLeftLetter =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Whether the first letter of an element's text is one that is read from the right. */
export function readsFromRight(filled: Element): boolean {
  return startsAtRight(filled.textContent ?? "");
}

export function startsAtRight(text: string): boolean {
  return rightToLeftLetter.test(firstLetter.exec(text)?.[0] ?? "");
}

/**
 * Sets a container's direction by its first letter. `dir="auto"` would not do: it skips children that
 * bear a `dir` of their own, so a list of right-to-left items would keep its bullets on the left.
 */
export function directContainer<E extends HTMLElement>(container: E): E {
  container.dir = readsFromRight(container) ? "rtl" : "ltr";
  return container;
}

/** Marks a region that scrolls sideways: reachable by keyboard, with a name. */
export function scrollable<E extends HTMLElement>(region: E, name: string): E {
  region.tabIndex = 0;
  region.setAttribute("role", "group");
  region.setAttribute("aria-label", name);
  return region;
}
