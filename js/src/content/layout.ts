const columns = /\S {3,}\S|\t/;
const indented = /^ {2,}\S/;
// No line that is lined up with others is this long; it is prose, and must wrap.
const tooWide = /.{161}/;

/** How a paragraph was laid out by hand: `columns` lines things up, `indented` sets lines in, as verse does. */
export function handLayout(text: string): "columns" | "indented" | undefined {
  const lines = text.split("\n");
  const several = (sign: RegExp): boolean => lines.filter((line) => sign.test(line)).length > 1;
  if (several(columns) && !tooWide.test(text)) return "columns";
  return several(indented) ? "indented" : undefined;
}

const longestDrawing = 4_000;
const blankLine = /\n[ \t]*(?:\n|$)/;
const lineDrawing = /[\u2500-\u259f]/;
const inlineMarkdown = /\*\*|`|\]\(|\$/;
const firstMarker = /^ *(?:[-*+>#=]|\d+[.)])(?:\s|$)/;
const tableRow = /^ *\|?[ :-]*-[ :-]*\|/m;
const ruleOrFence = /^ *(?:(?:[-*_] *){3,}|=+ *|~{3}.*|#{1,6}(?: .*)?)$/m;

function isMarkdown(lines: string): boolean {
  return [inlineMarkdown, tableRow, ruleOrFence].some((sign) => sign.test(lines));
}

function beginsMarkdown(source: string): boolean {
  return firstMarker.test(source) && !lineDrawing.test(source.slice(0, source.indexOf("\n")));
}

/**
 * A drawing of characters that `source` begins with: a tree of files, a box, a cat. In it every character has
 * its place and means itself, though some of them would be Markdown. `spend` hears how much was looked at.
 */
export function drawingAt(source: string, spend: (characters: number) => void): string | undefined {
  if (source.startsWith("\n") || beginsMarkdown(source)) return undefined;
  const text = source.slice(0, longestDrawing + 1);
  const lines = text.slice(0, blankLine.exec(text)?.index ?? text.length);
  spend(lines.length);
  const count = lines.split("\n").length;
  if (count < 2 || lines.length > longestDrawing || tooWide.test(lines)) return undefined;
  if (lineDrawing.test(lines) && !lines.includes("```")) return lines;
  if (count < 3 || isMarkdown(lines)) return undefined;
  const ink = lines.replace(/\s/g, "");
  const signs = ink.replace(/[\p{L}\p{N}]/gu, "");
  return signs.length > ink.length * 0.6 ? lines : undefined;
}
