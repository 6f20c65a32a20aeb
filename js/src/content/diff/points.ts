// What matters in an answer and can be held against another one: numbers, links, code, names, negations.

import { hasDigit, inside, namedNumber, thin, valuesOf } from "./numbers";
import { gap, openPlaces, type Place, touches } from "./places";
import type { Word } from "./words";

export const kinds = ["negation", "number", "link", "code", "name"] as const;
export type Kind = (typeof kinds)[number];

/** Words that say one thing together. */
export interface Point {
  kind: Kind;
  from: number;
  to: number;
  /** What it says; one of these on the other side is the same. */
  values: readonly string[];
}

/** One content, read once. */
export interface Reading {
  words: readonly Word[];
  places: readonly Place[];
  points: Point[];
  /** Each word in small letters, and each value of a number. */
  known: Set<string>;
  hrefs: Set<string>;
  /** Whether it is in German, where all nouns have capitals. */
  hasNouns: boolean;
  /** Where sentences begin: places of words, the end of all of them last. */
  sentences: number[];
}

const nearTitle = 12;
const letter = /\p{L}/u;
const capital = /^\p{Lu}/u;
const acronym = /^\p{Lu}[\p{Lu}\p{N}]+$/u;
/** As in PageRank, iPhone and GPT4. */
const brand = /^\p{Lu}.*\p{Ll}\p{Lu}|^\p{Ll}\p{Lu}\p{Ll}+$|^\p{Lu}[\p{Lu}\p{Ll}]*\d/u;
/** As in snake_case and camelCase. */
const identifier = /\p{Ll}\p{Lu}|_/u;
const ends = /^[.!?…。！？؟।]$/u;
const opens = /^[.!?:;…。！？؟।：«“”"'‘([{*•–—-]$/u;
const steps = /^(?:step|day|week|part|tip|option|example|phase|stage|chapter|section|note)$/i;

const negations = new Set(
  (
    "not no never none neither nor nothing nobody nowhere cannot without " +
    "nicht kein keine keinen keinem keiner nie niemals nichts ohne " +
    "pas jamais aucun aucune sans ningún ninguno ninguna nunca jamás sin " +
    "não nunca sem não non mai senza niet geen nooit нет не никогда без " +
    "لا ليس لم لن غير לא אין בלי नहीं मत не"
  ).split(" "),
);
const german = new Set("der die das und ist nicht ein eine mit für auf zu den dem".split(" "));
const leastGerman = 0.06;
const hanNegation = /^[不没沒無无未非别勿]$/u;

/** Reads the words of a content: its sentences, and what in them matters. */
export function read(words: readonly Word[]): Reading {
  const placeOf = openPlaces();
  const places = words.map(placeOf);
  const known = new Set(words.map(({ key }) => key.toLowerCase()));
  const hrefs = new Set(places.flatMap(({ link }) => (link === null ? [] : [link])));
  const hasNouns = words.filter(({ key }) => german.has(key)).length > leastGerman * words.length;
  const reading = {
    hasNouns,
    words,
    places,
    points: [],
    known,
    hrefs,
    sentences: sentencesOf(words, places),
  };
  findPoints(reading);
  return reading;
}

function sentencesOf(words: readonly Word[], places: readonly Place[]): number[] {
  const starts: number[] = [];
  for (const [at, word] of words.entries()) {
    const before = words[at - 1];
    const isNew =
      before === undefined ||
      places[at]?.block !== places[at - 1]?.block ||
      (ends.test(before.key) && !touches(before, word)) ||
      /^[。！？]$/u.test(before.key) ||
      /\n\s*\n/.test(gap(before, word)) ||
      (gap(before, word).includes("\n") && places[at]?.block.matches("pre, .plain"));
    if (isNew) starts.push(at);
  }
  return [...starts, words.length];
}

function findPoints(reading: Reading): void {
  const { words, places, points, known, sentences } = reading;
  const midNames = namesInSentences(reading);
  for (let sentence = 0; sentence + 1 < sentences.length; sentence += 1) {
    const [start = 0, end = 0] = sentences.slice(sentence, sentence + 2);
    for (let at = start; at < end; ) {
      const number = numberAt(words, at, end);
      if (number) {
        const values = valuesOf(number.text);
        for (const value of values) known.add(value);
        if (!isEnumeration(words, at, number.to, start)) {
          points.push({ kind: "number", from: at, to: number.to, values });
        }
        at = number.to;
        continue;
      }
      const { key } = words[at] as Word;
      const place = places[at] as Place;
      const kind = kindOf(reading, at, start, end, midNames);
      if (kind) {
        const value = kind === "link" ? (place.link ?? "") : key.toLowerCase();
        // don't, and not its last letter.
        const from = kind === "negation" && key.toLowerCase() === "t" ? at - 2 : at;
        points.push({ kind, from, to: at + 1, values: [value] });
      }
      const named = namedNumber(key);
      if (named !== undefined) {
        known.add(named);
        if (named !== "1" && named !== "0" && key.length > 1 && !place.code) {
          points.push({ kind: "number", from: at, to: at + 1, values: [named] });
        }
      }
      at += 1;
    }
  }
}

function kindOf(
  reading: Reading,
  at: number,
  start: number,
  end: number,
  midNames: ReadonlySet<string>,
): Kind | null {
  const { words, places } = reading;
  const { key } = words[at] as Word;
  const place = places[at] as Place;
  if (place.link !== null) return "link";
  const isWord = letter.test(key);
  if (place.listing) return isWord && key.length > 2 ? "code" : null;
  if (place.code) return isWord || hasDigit(key) ? "code" : null;
  if (isNegation(words, at)) return "negation";
  if (!isWord) return null;
  if (key.length > 2 && brand.test(key)) return "name";
  if (key.length > 2 && identifier.test(key)) return "code";
  if (!capital.test(key) || key.length < 2) return null;
  const isTitle = isTitled(reading, at, start, end);
  if (midNames.has(key) || (acronym.test(key) && !isTitle)) return "name";
  if (reading.hasNouns) return null;
  return isTitle || isFirst(words, places, at, start) ? null : "name";
}

function isNegation(words: readonly Word[], at: number): boolean {
  const key = words[at]?.key.toLowerCase() ?? "";
  if (negations.has(key) || hanNegation.test(key)) return true;
  // don't, isn't: a word, a sign, and a t that touch.
  const isT = key === "t" && /^['’]$/.test(words[at - 1]?.key ?? "");
  return isT && /n$/i.test(words[at - 2]?.key ?? "") && touches(words[at - 1], words[at]);
}

/** Whether a word begins a sentence or a formatted stretch, so that its capital says nothing. */
function isFirst(
  words: readonly Word[],
  places: readonly Place[],
  at: number,
  start: number,
): boolean {
  if (places[at]?.stretch !== places[at - 1]?.stretch && at > 0) return true;
  let before = at - 1;
  while (
    before >= start &&
    !letter.test(words[before]?.key ?? "") &&
    !hasDigit(words[before]?.key ?? "")
  ) {
    if (opens.test(words[before]?.key ?? "")) return true;
    before -= 1;
  }
  return before < start;
}

/** Words with a capital that stand inside a sentence somewhere: these are names at its beginning, too. */
function namesInSentences(reading: Reading): Set<string> {
  const { words, places, sentences } = reading;
  if (reading.hasNouns) return new Set();
  const lower = new Set(words.map(({ key }) => key));
  const names = new Set<string>();
  let sentence = 0;
  for (const [at, { key }] of words.entries()) {
    while (at >= (sentences[sentence + 1] ?? words.length)) sentence += 1;
    const [start = 0, end = 0] = sentences.slice(sentence, sentence + 2);
    if (!capital.test(key) || key.length < 2 || places[at]?.heading) continue;
    if (lower.has(key.toLowerCase()) || isFirst(words, places, at, start)) continue;
    if (!isTitled(reading, at, start, end)) names.add(key);
  }
  return names;
}

/**
 * Whether Most Words Have a Capital around a word, as in a heading or the bold beginning of an item: no capital
 * tells a name there.
 */
function isTitled({ words, places }: Reading, word: number, start: number, end: number): boolean {
  const stretch = places[word]?.stretch;
  if (places[word]?.heading) return true;
  let long = 0;
  let capitals = 0;
  const first = Math.max(start, word - nearTitle);
  for (let at = first; at < Math.min(end, word + nearTitle); at += 1) {
    if (places[at]?.stretch !== stretch) continue;
    const key = words[at]?.key ?? "";
    if (key.length < 4 || !letter.test(key)) continue;
    long += 1;
    if (capital.test(key)) capitals += 1;
  }
  return long > 1 && capitals / long > 0.6;
}

/** A number from a word on, with the signs inside it, and where it ends. */
function numberAt(
  words: readonly Word[],
  at: number,
  end: number,
): { text: string; to: number } | null {
  const first = words[at] as Word;
  if (!/^\p{Nd}/u.test(first.key)) return null;
  let to = at + 1;
  let text = first.key;
  while (to < end) {
    const [sign, next] = [words[to] as Word, words[to + 1]];
    const before = words[to - 1] as Word;
    if (/^\p{Nd}{3}$/u.test(sign.key) && thin.test(gap(before, sign))) {
      text += ` ${sign.key}`;
      to += 1;
    } else if (
      next &&
      to + 1 < end &&
      inside.test(sign.key) &&
      /^\p{Nd}/u.test(next.key) &&
      touches(before, sign) &&
      touches(sign, next)
    ) {
      text += sign.key + next.key;
      to += 2;
    } else break;
  }
  return { text, to };
}

/** Whether a number only counts what it stands before: "2." and "Step 3" at the beginning. */
function isEnumeration(words: readonly Word[], at: number, to: number, start: number): boolean {
  const isFirst = at === start || gap(words[at - 1] as Word, words[at] as Word).includes("\n");
  if (!isFirst && at > start + 1) return false;
  if (!isFirst) return steps.test(words[start]?.key ?? "");
  const next = words[to];
  return next !== undefined && /^[.):]$/.test(next.key) && touches(words[to - 1], next);
}
