export interface Formula {
  /** The formula with its delimiters, as written. */
  raw: string;
  tex: string;
  display: boolean;
}

const longestFormula = 5_000;
const mostFailures = 500;
const texSign = /[\\^_={}<>+|]/;
const proseWords = /\p{L}{2,}[\s,;:-]+\p{L}{2,}/u;
const moneyWords = /^[\d.,]+\s+\p{L}{2,}|\s\p{L}{2,}/u;
const wordCharacter = /[\p{L}\p{N}]/u;

function content(source: string, opening: string, closing: string): string | undefined {
  const end = source.indexOf(closing, opening.length);
  if (end < 0 || end > longestFormula) return undefined;
  const tex = source.slice(opening.length, end);
  if (!wordCharacter.test(tex) || /\n[ \t]*\n/.test(tex)) return undefined;
  return tex;
}

function isProse(tex: string): boolean {
  return !texSign.test(tex) && proseWords.test(tex);
}

function bracketed(source: string, closing: string, display: boolean): Formula | undefined {
  const tex = content(source, source.slice(0, 2), closing);
  if (tex === undefined || isProse(tex)) return undefined;
  return { raw: source.slice(0, tex.length + 4), tex: tex.trim(), display };
}

/**
 * `$...$`, as careful as Pandoc and more: money, shell variables and prose between two dollar signs are no
 * formula.
 */
function dollars(source: string, before: string): Formula | undefined {
  if (wordCharacter.test(before) || before === "$") return undefined;
  const match = /^\$(?![\s$])((?:\\[\s\S]|[^\\$`]){1,1000})\$/.exec(source);
  const tex = match?.[1];
  if (!match || tex === undefined || /\s$/.test(tex) || /\n[ \t]*\n/.test(tex)) return undefined;
  const after = source.slice(match[0].length, match[0].length + 2);
  if (/^\$/.test(after) || wordCharacter.test(String.fromCodePoint(after.codePointAt(0) ?? 32))) {
    return undefined;
  }
  if (isProse(tex) || (/^\d/.test(tex) && !texSign.test(tex) && moneyWords.test(tex))) {
    return undefined;
  }
  return { raw: match[0], tex, display: false };
}

/** The formula that begins at the start of `text`, if any. `before` is the character ahead of it. */
export function formulaAt(text: string, before: string): Formula | undefined {
  if (!/^(?:\$|\\[([])/.test(text)) return undefined;
  const source = text.slice(0, longestFormula + 4);
  if (source.startsWith("$$")) return bracketed(source, "$$", true);
  if (source.startsWith("$")) return dollars(source, before);
  if (source.startsWith("\\[")) return bracketed(source, "\\]", true);
  if (source.startsWith("\\(")) return bracketed(source, "\\)", false);
  return undefined;
}

/** A displayed formula on lines of its own. */
export function formulaBlockAt(source: string): Formula | undefined {
  const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(source)?.[0];
  if (indent === undefined) return undefined;
  const formula = formulaAt(source.slice(indent.length), "\n");
  if (!formula) return undefined;
  const end = indent.length + formula.raw.length;
  const rest = /^[ \t]*(?:\n|$)/.exec(source.slice(end))?.[0];
  if (rest === undefined) return undefined;
  return { ...formula, raw: source.slice(0, end + rest.length) };
}

// What a formula cannot begin in: code spans and escaped characters; then what may begin one.
const codeOrOpening = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)|\\[([]|\\[\s\S]|\$/g;

export function mayHoldFormulas(source: string): boolean {
  return source.includes("$") || source.includes("\\(") || source.includes("\\[");
}

/** Where the formulas of a run of text stand. */
export function* findFormulas(source: string): Generator<{ start: number; end: number }> {
  if (!mayHoldFormulas(source)) return;
  let from = 0;
  let failures = 0;
  for (const match of source.matchAll(codeOrOpening)) {
    if (match.index < from || match[1] !== undefined) continue;
    const formula = formulaAt(source.slice(match.index), source.charAt(match.index - 1));
    if (!formula) {
      failures += 1;
      if (failures > mostFailures) return;
      continue;
    }
    from = match.index + formula.raw.length;
    yield { start: match.index, end: from };
  }
}
