/**
 * Tells assistive technology where a text's headings stand under a heading of the page around it: a text
 * may begin with any level and leave some out, an outline does not. What is seen stays as it was written.
 */
export function nestHeadings(content: Element, under: number): void {
  const open: string[] = [];
  for (const heading of content.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    while ((open.at(-1) ?? "") >= heading.localName) open.pop();
    open.push(heading.localName);
    heading.setAttribute("aria-level", String(under + open.length));
  }
}
