import { element } from "./dom";
import { limits } from "./limits";

// What a reader cannot see but a model, a tokenizer or a diff can: controls, format characters, fillers,
// blanks that are no space, variation selectors, tags, lone surrogates.
const invisible =
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5" +
  "\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff" +
  "\\uffa0\\ufff0-\\ufffb\\p{Cs}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]";

// Scripts whose ordinary spelling needs the joiners.
const joiningScripts = [
  "Arabic",
  "Bengali",
  "Devanagari",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Khmer",
  "Malayalam",
  "Mongolian",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Syriac",
  "Tamil",
  "Telugu",
]
  .map((script) => `\\p{Script=${script}}`)
  .join("");

// Invisible characters in their ordinary place, left as they are: emoji sequences, flags of regions,
// joiners inside Arabic and Indic words, variants of Han and Mongolian letters.
const ordinary = [
  "\\u{1f3f4}[\\u{e0061}-\\u{e007a}]{2,6}\\u{e007f}",
  "\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]?(?:\\u200d\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]?)+",
  "\\p{Emoji}[\\ufe0e\\ufe0f]",
  `[${joiningScripts}]\\p{M}{0,8}[\\u200c\\u200d](?=[${joiningScripts}])`,
  "\\p{Script=Han}[\\u{e0100}-\\u{e01ef}]",
  "\\p{Script=Mongolian}[\\u180b-\\u180d\\u180f]",
].join("|");

// Letters bear a few marks, not dozens: a long pile hides text, and shaping 90,000 of them takes 15 seconds.
const addition = "[\\p{M}\\p{Grapheme_Extend}\\p{Emoji_Modifier}]";
const piledMark = `(?<=${addition}{12})${addition}`;

const anyInvisible = new RegExp(`${invisible}|${addition}{13}`, "u");
const ordinaryOrInvisible = new RegExp(
  `(${ordinary})|(?:${invisible}|${piledMark}){1,${limits.invisibleCharacters}}`,
  "gu",
);

const names: Readonly<Record<number, string>> = {
  0: "NULL",
  8: "BACKSPACE",
  11: "LINE TABULATION",
  12: "FORM FEED",
  13: "CARRIAGE RETURN",
  27: "ESCAPE",
  127: "DELETE",
  173: "SOFT HYPHEN",
  847: "COMBINING GRAPHEME JOINER",
  1564: "ARABIC LETTER MARK",
  6158: "MONGOLIAN VOWEL SEPARATOR",
  8203: "ZERO WIDTH SPACE",
  8204: "ZERO WIDTH NON-JOINER",
  8205: "ZERO WIDTH JOINER",
  8206: "LEFT-TO-RIGHT MARK",
  8207: "RIGHT-TO-LEFT MARK",
  8232: "LINE SEPARATOR",
  8233: "PARAGRAPH SEPARATOR",
  8234: "LEFT-TO-RIGHT EMBEDDING",
  8235: "RIGHT-TO-LEFT EMBEDDING",
  8236: "POP DIRECTIONAL FORMATTING",
  8237: "LEFT-TO-RIGHT OVERRIDE",
  8238: "RIGHT-TO-LEFT OVERRIDE",
  8288: "WORD JOINER",
  8289: "FUNCTION APPLICATION",
  8290: "INVISIBLE TIMES",
  8291: "INVISIBLE SEPARATOR",
  8292: "INVISIBLE PLUS",
  8294: "LEFT-TO-RIGHT ISOLATE",
  8295: "RIGHT-TO-LEFT ISOLATE",
  8296: "FIRST STRONG ISOLATE",
  8297: "POP DIRECTIONAL ISOLATE",
  10240: "BRAILLE PATTERN BLANK",
  12644: "HANGUL FILLER",
  65279: "ZERO WIDTH NO-BREAK SPACE",
  65440: "HALFWIDTH HANGUL FILLER",
};

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function label(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

function kind(code: number): string {
  if (code < 0xa0) return "CONTROL CHARACTER";
  if (code >= 0xd800 && code <= 0xdfff) return "LONE SURROGATE";
  if (code >= 0xfe00 && code <= 0xfe0f) return `VARIATION SELECTOR-${code - 0xfe00 + 1}`;
  if (code >= 0xe0100 && code <= 0xe01ef) return `VARIATION SELECTOR-${code - 0xe0100 + 17}`;
  if (code >= 0xe0020 && code <= 0xe007e) return `TAG ${String.fromCodePoint(code - 0xe0000)}`;
  return "INVISIBLE CHARACTER";
}

/** Groups a run of invisible characters into `U+200B`, or `U+200B ×12` where one repeats. */
function grouped(run: string): [code: number, count: number][] {
  const groups: [number, number][] = [];
  for (const character of run) {
    const code = codePoint(character);
    const last = groups.at(-1);
    if (last?.[0] === code) last[1] += 1;
    else groups.push([code, 1]);
  }
  return groups;
}

/** Replaces invisible characters by their code in brackets, for attributes and for very many of them. */
export function visible(text: string): string {
  if (!anyInvisible.test(text)) return text;
  return text.replace(ordinaryOrInvisible, (run: string, kept?: string) => {
    if (kept !== undefined) return kept;
    const parts = grouped(run).map(([code, count]) =>
      count > 1 ? `${label(code)} ×${count}` : label(code),
    );
    return `[${parts.join(" ")}]`;
  });
}

/** Whether a text holds more invisible characters than can be shown one by one. */
export function hasTooManyInvisible(text: string): boolean {
  if (!anyInvisible.test(text)) return false;
  let count = 0;
  for (const [run, kept] of text.matchAll(ordinaryOrInvisible)) {
    if (kept === undefined) count += run.length;
    if (count > limits.invisibleCharacters) return true;
  }
  return false;
}

function mark([code, count]: [code: number, count: number]): HTMLElement {
  const shown = count > 1 ? `${label(code)} ×${count}` : label(code);
  const marked = element("span", "invisible", shown);
  marked.title = `${label(code)} ${names[code] ?? kind(code)}`;
  return marked;
}

// No word is this long in a script that must be shaped. Chromium does that anew for each place where the word
// may break: 20,000 Arabic letters without a space take two seconds.
const longWord =
  /(?:(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}])[^\s\0-\x7f]){200}/gu;

function appendVisible(parent: Node, text: string): void {
  let end = 0;
  for (const match of text.matchAll(longWord)) {
    const next = match.index + match[0].length;
    parent.appendChild(document.createTextNode(text.slice(end, next)));
    parent.appendChild(document.createElement("wbr"));
    end = next;
  }
  if (end < text.length) parent.appendChild(document.createTextNode(text.slice(end)));
}

/** Appends text with its invisible characters made visible. */
export function appendText(parent: Node, text: string): void {
  if (!anyInvisible.test(text)) {
    appendVisible(parent, text);
    return;
  }
  let end = 0;
  for (const match of text.matchAll(ordinaryOrInvisible)) {
    if (match[1] !== undefined) continue;
    appendVisible(parent, text.slice(end, match.index));
    for (const group of grouped(match[0])) parent.appendChild(mark(group));
    end = match.index + match[0].length;
  }
  appendVisible(parent, text.slice(end));
}
