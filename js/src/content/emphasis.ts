// CommonMark takes `**` beside punctuation for a closing or opening mark by the spaces around it, and Chinese,
// Japanese and Korean put none: `**注意：**请看` would show its asterisks. As the amendment that the
// markdown-cjk-friendly project proposes has it, their own punctuation counts as letters here, and their letters
// as a border for any other punctuation.

const eastAsian =
  "[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Bopomofo}" +
  "\\u3000-\\u303f\\uff01-\\uff65\\uffe0-\\uffee]";
const punctuation = "(?![*_])[\\p{P}\\p{S}]";

const anyEastAsian = new RegExp(eastAsian, "u");
const endsEastAsian = new RegExp(`${eastAsian}$`, "u");
const opensEastAsian = new RegExp(`^\\*{1,3}(?:${eastAsian})`, "u");
const likeLetters = new RegExp(
  `(?=${punctuation})${eastAsian}|(?<=${eastAsian}\\*{1,3})${punctuation}|${punctuation}(?=\\*{1,3}${eastAsian})`,
  "gu",
);

export function isEastAsian(text: string): boolean {
  return anyEastAsian.test(text);
}

/** The character ahead of some `*`, or none where it does not keep them from opening emphasis. */
export function borderBefore(source: string, before: string): string {
  const opens =
    source.startsWith("*") && (endsEastAsian.test(before) || opensEastAsian.test(source));
  return opens ? "" : before;
}

/** Hides punctuation that is to count as letters from the search for the ends of emphasis. */
export function maskEastAsian(masked: string): string {
  return masked.replace(likeLetters, (sign) => "a".repeat(sign.length));
}
