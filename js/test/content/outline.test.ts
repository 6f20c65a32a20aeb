import { expect, test } from "vitest";
import { nestHeadings, renderText } from "../../src/content";

test.each([
  ["as written", "# a\n## b\n### c\n## d", [4, 5, 6, 5]],
  ["beginning low", "### a\n### b\n# c\n## d", [4, 4, 4, 5]],
  ["leaving levels out", "# a\n#### b\n## c", [4, 5, 5]],
  ["in lists and quotations", "- # a\n\n> ## b", [4, 5]],
])("headings %s are nested without a gap", (_name, text, levels) => {
  const content = renderText(text);
  nestHeadings(content, 3);
  const found = [...content.querySelectorAll("[aria-level]")];
  expect(found.map((heading) => Number(heading.getAttribute("aria-level")))).toEqual(levels);
});
