// What a number says, however it is written: 1,234.5 and 1.234,5 and ١٢٣٤٫٥ are one.

const digit = /\p{Nd}/u;
const words =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty";
const tens = "thirty forty fifty sixty seventy eighty ninety hundred";
const han = "〇一二三四五六七八九十";

const named = new Map<string, string>([
  ...words.split(" ").map((word, at) => [word, `${at}`] as const),
  ...tens.split(" ").map((word, at) => [word, `${10 * (at + 3)}`] as const),
  ["dozen", "12"],
  ...[...han].map((word, at) => [word, `${at}`] as const),
]);

/** The digits of any script as those of ASCII: each script has its ten in a row. */
function ascii(text: string): string {
  return [...text.normalize("NFKC")]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 128 || !digit.test(character)) return character;
      let value = 0;
      while (value < 9 && digit.test(String.fromCodePoint(code - value - 1))) value += 1;
      return `${value}`;
    })
    .join("");
}

export function hasDigit(key: string): boolean {
  return digit.test(key);
}

/** Signs that stand inside a number, between its digits. */
export const inside = /^[.,'’٫٬·]$/u;
/** Spaces that stand between thousands. */
export const thin = /^[\u00a0\u2009\u202f]$/u;

function plain(digits: string): string {
  const trimmed = digits.replace(/^0+(?=\d)/, "");
  return trimmed.includes(".") ? trimmed.replace(/\.?0+$/, "") : trimmed;
}

/**
 * What a number may say: one value as a rule; two where a sign before three digits may stand before thousands
 * or before a fraction.
 */
export function valuesOf(written: string): string[] {
  const text = ascii(written).replaceAll("٫", ".").replaceAll("٬", ",").toLowerCase();
  const [, number = "", unit = ""] = /^([\d.,'’·\s]*\d)(.*)$/su.exec(text) ?? [];
  if (number === "") return [text];
  const suffix = /^(?:st|nd|rd|th|s)?$/.test(unit) ? "" : unit;
  const say = (...values: string[]): string[] => values.map((value) => plain(value) + suffix);
  if (/^\d+$/.test(number)) return say(number);
  const groups = /^\d{1,3}(?:([.,'’\s·])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/u.exec(number);
  if (groups) {
    const [, mark = ""] = groups;
    const [whole = "", fraction] = splitAtFraction(number, mark);
    const joined = whole.replaceAll(mark, "") + (fraction ? `.${fraction}` : "");
    const isPlain = number.split(mark).length === 2 && fraction === undefined;
    return isPlain && /[.,]/.test(mark) ? say(joined, number.replace(mark, ".")) : say(joined);
  }
  return /^\d+[.,]\d+$/.test(number) ? say(number.replace(",", ".")) : say(number);
}

function splitAtFraction(number: string, mark: string): [string, string?] {
  const other = mark === "," ? "." : ",";
  const at = number.lastIndexOf(other);
  return at < 0 ? [number] : [number.slice(0, at), number.slice(at + 1)];
}

/** The value of a number that is written as a word. */
export function namedNumber(key: string): string | undefined {
  return named.get(key.toLowerCase());
}
