const columns = /\S {3,}\S|\t/;
const indented = /^ {2,}\S/;

function share(text: string, pattern: RegExp): number {
  const ink = text.replace(/\s/g, "").length;
  return ink === 0 ? 0 : (text.match(pattern)?.length ?? 0) / ink;
}

/**
 * How a paragraph was laid out by hand, if it was: `drawing` is ASCII art, where every character has its place
 * and means itself; `columns` lines things up; `indented` only sets lines in, as verse does.
 */
export function handLayout(text: string): "drawing" | "columns" | "indented" | undefined {
  const lines = text.split("\n");
  if (lines.length < 2) return undefined;
  if (lines.length > 2 && share(text, /[^\p{L}\p{N}\s]/gu) > 0.6) return "drawing";
  if (/[\u2500-\u259f]/.test(text)) return "drawing";
  if (lines.filter((line) => columns.test(line)).length > 1) return "columns";
  return lines.filter((line) => indented.test(line)).length > 1 ? "indented" : undefined;
}
