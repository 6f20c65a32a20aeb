// What a word is by its letters alone, worked out once for all the places where it stands.

import { hasDigit, namedNumber } from "./numbers";
import { standsAlone } from "./words";

export interface Traits {
  lower: string;
  /** Whether it has letters; if not, it is a number or a sign. */
  isWord: boolean;
  isNumber: boolean;
  hasCapital: boolean;
  isAcronym: boolean;
  /** As PageRank, iPhone and GPT4 are: a name by its letters alone. */
  isBrand: boolean;
  /** As snake_case and camelCase are. */
  isIdentifier: boolean;
  isNegation: boolean;
  /** The number that it is in words. */
  named: string | undefined;
  /** Whether it is one letter of a script that puts no space between words. */
  standsAlone: boolean;
  /** What it counts as between sentences, where it is long enough to say something: without its ending. */
  term: string | null;
  /** Whether it may end a sentence, and whether it does with no space after it. */
  ends: boolean;
  endsAtOnce: boolean;
  /** Whether what follows it begins something, so that its capital says nothing. */
  opens: boolean;
}

const latin = /^\p{Script=Latin}+$/u;
const letters = /^[\p{L}\p{M}]+$/u;
const letter = /\p{L}/u;
const capital = /^\p{Lu}/u;
const acronym = /^\p{Lu}[\p{Lu}\p{N}]+$/u;
const brand = /^\p{Lu}.*\p{Ll}\p{Lu}|^\p{Ll}\p{Lu}\p{Ll}+$|^\p{Lu}[\p{Lu}\p{Ll}]*\d/u;
const identifier = /\p{Ll}\p{Lu}|_/u;
const ends = /^[.!?…。！？؟।]$/u;
const endsAtOnce = /^[。！？]$/u;
const opens = /^[.!?:;…。！？؟।：«“”"'‘([{*•–—-]$/u;

const negations = new Set(
  (
    "not no never none neither nor nothing nobody nowhere cannot without " +
    "nicht kein keine keinen keinem keiner nie niemals nichts ohne " +
    "pas jamais aucun aucune sans ningún ninguno ninguna nunca jamás sin " +
    "não sem não non mai senza niet geen nooit нет не никогда без " +
    "لا ليس لم لن غير לא אין בלי नहीं मत 不 没 沒 無 无 未 非 别 勿"
  ).split(" "),
);

export function openTraits(): (key: string) => Traits {
  const known = new Map<string, Traits>();
  return (key) => {
    const found = known.get(key);
    if (found) return found;
    const traits = traitsOf(key);
    known.set(key, traits);
    return traits;
  };
}

function traitsOf(key: string): Traits {
  const lower = key.toLowerCase();
  const isWord = letter.test(key);
  const hasCapital = isWord && key.length > 1 && capital.test(key);
  const isAlone = isWord && standsAlone(key);
  const isLong = isWord && key.length > 2;
  return {
    lower,
    isWord,
    isNumber: hasDigit(key.slice(0, 2)) && /^\p{Nd}/u.test(key),
    hasCapital,
    isAcronym: hasCapital && acronym.test(key),
    isBrand: isLong && brand.test(key),
    isIdentifier: isLong && identifier.test(key),
    isNegation: negations.has(lower),
    named: namedNumber(key),
    standsAlone: isAlone,
    term: isWord && !isAlone && hasSense(lower) ? stem(lower) : null,
    ends: !isWord && ends.test(key),
    endsAtOnce: !isWord && endsAtOnce.test(key),
    opens: !isWord && opens.test(key),
  };
}

function hasSense(word: string): boolean {
  return letters.test(word) && word.length > (latin.test(word) ? 3 : 2);
}

function stem(word: string): string {
  return word.length > 5
    ? word.replace(/(?:ingly|edly|ing|ed|ies|es|s|ly)$/, "")
    : word.replace(/s$/, "");
}
