// What matters in an answer and can be held against another one: numbers, links, code, names, negations.

import { inside, thin, valuesOf } from "./numbers";
import { gap, openPlaces, type Place, touches } from "./places";
import type { Traits } from "./traits";
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
export interface ReadContent {
  words: readonly Word[];
  places: readonly Place[];
  traits: readonly Traits[];
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
const steps = /^(?:step|day|week|part|tip|option|example|phase|stage|chapter|section|note)$/i;
const german = new Set("der die das und ist nicht ein eine mit für auf zu den dem".split(" "));
const leastGerman = 0.06;

/** Reads the words of a content: its sentences, and what in them matters. */
export function read(words: readonly Word[], traitsOf: (key: string) => Traits): ReadContent {
  const placeOf = openPlaces();
  const places = words.map(placeOf);
  const traits = words.map(({ key }) => traitsOf(key));
  const hasNouns = words.filter(({ key }) => german.has(key)).length > leastGerman * words.length;
  const reading: ReadContent = {
    ...{ words, places, traits, hasNouns, points: [] },
    known: new Set(traits.map(({ lower }) => lower)),
    hrefs: new Set(places.flatMap(({ link }) => (link === null ? [] : [link]))),
    sentences: sentencesOf(words, places, traits),
  };
  findPoints(reading);
  return reading;
}

function sentencesOf(
  words: readonly Word[],
  places: readonly Place[],
  traits: readonly Traits[],
): number[] {
  const starts: number[] = [];
  for (const [at, word] of words.entries()) {
    const [before, last, place] = [words[at - 1], traits[at - 1], places[at]];
    const isNew =
      before === undefined ||
      place?.block !== places[at - 1]?.block ||
      last?.endsAtOnce ||
      (last?.ends && !touches(before, word)) ||
      (place?.isBroken && breaksLine(gap(before, word), place));
    if (isNew) starts.push(at);
  }
  return [...starts, words.length];
}

function breaksLine(between: string, { block }: Place): boolean {
  return between.includes("\n") && (/\n\s*\n/.test(between) || block.matches("pre, .plain"));
}

function findPoints(reading: ReadContent): void {
  const { sentences } = reading;
  const names = namesInSentences(reading);
  for (let sentence = 0; sentence + 1 < sentences.length; sentence += 1) {
    findIn(reading, sentences[sentence] ?? 0, sentences[sentence + 1] ?? 0, names);
  }
}

function findIn(
  reading: ReadContent,
  start: number,
  end: number,
  names: ReadonlySet<string>,
): void {
  const { words, places, traits, points, known } = reading;
  for (let at = start; at < end; at += 1) {
    const [place, { isNumber, named, lower }] = [places[at] as Place, traits[at] as Traits];
    if (isNumber) {
      const { text, to } = numberAt(words, at, end);
      const values = valuesOf(text);
      for (const value of values) known.add(value);
      if (!isEnumeration(reading, at, to, start)) {
        points.push({ kind: "number", from: at, to, values });
      }
      at = to - 1;
      continue;
    }
    const kind = kindOf(reading, at, start, end, names);
    if (kind) {
      const value = kind === "link" ? (place.link ?? "") : lower;
      // don't, and not its last letter.
      const from = kind === "negation" && lower === "t" ? at - 2 : at;
      points.push({ kind, from, to: at + 1, values: [value] });
    }
    if (named === undefined) continue;
    known.add(named);
    // In words, none and one are no more than an article; in Chinese, parts of other words.
    if (Number(named) > 1 && lower.length > 1 && !place.code) {
      points.push({ kind: "number", from: at, to: at + 1, values: [named] });
    }
  }
}

function kindOf(
  reading: ReadContent,
  at: number,
  start: number,
  end: number,
  names: ReadonlySet<string>,
): Kind | null {
  const { words, places, traits } = reading;
  const [{ key }, place] = [words[at] as Word, places[at] as Place];
  const { isWord, isBrand, isIdentifier, isAcronym, hasCapital } = traits[at] as Traits;
  if (place.link !== null) return "link";
  if (place.listing) return isWord && key.length > 2 ? "code" : null;
  if (place.code) return isWord ? "code" : null;
  if (isNegation(reading, at)) return "negation";
  if (isBrand) return "name";
  if (isIdentifier) return "code";
  if (!hasCapital) return null;
  if (names.has(key)) return "name";
  if (isTitled(reading, at, start, end)) return null;
  if (isAcronym) return "name";
  return reading.hasNouns || isFirst(reading, at, start) ? null : "name";
}

function isNegation({ words, traits }: ReadContent, at: number): boolean {
  if (traits[at]?.isNegation) return true;
  if (traits[at]?.lower !== "t") return false;
  // don't, isn't: a word, a sign, and a t that touch.
  const isAfterSign = /^['’]$/.test(words[at - 1]?.key ?? "") && touches(words[at - 1], words[at]);
  return isAfterSign && /n$/.test(traits[at - 2]?.lower ?? "");
}

/** Whether a word begins a sentence or a formatted stretch, so that its capital says nothing. */
function isFirst({ places, traits }: ReadContent, at: number, start: number): boolean {
  if (places[at]?.stretch !== places[at - 1]?.stretch) return true;
  for (let before = at - 1; before >= start; before -= 1) {
    const { isWord, isNumber, opens } = traits[before] as Traits;
    if (opens) return true;
    if (isWord || isNumber) return false;
  }
  return true;
}

/** Words with a capital that stand inside a sentence somewhere: these are names at its beginning, too. */
function namesInSentences(reading: ReadContent): Set<string> {
  const { words, places, traits, sentences } = reading;
  const names = new Set<string>();
  if (reading.hasNouns) return names;
  const written = new Set(words.map(({ key }) => key));
  let sentence = 0;
  for (const [at, { key }] of words.entries()) {
    while (at >= (sentences[sentence + 1] ?? words.length)) sentence += 1;
    const { hasCapital, lower } = traits[at] as Traits;
    if (!hasCapital || places[at]?.heading || names.has(key) || written.has(lower)) continue;
    const [start = 0, end = 0] = [sentences[sentence], sentences[sentence + 1]];
    if (!isFirst(reading, at, start) && !isTitled(reading, at, start, end)) names.add(key);
  }
  return names;
}

/**
 * Whether Most Words Have a Capital around a word, as in a heading or the bold beginning of an item: no capital
 * tells a name there.
 */
function isTitled(
  { words, places, traits }: ReadContent,
  word: number,
  start: number,
  end: number,
): boolean {
  const stretch = places[word]?.stretch;
  if (places[word]?.heading) return true;
  let long = 0;
  let capitals = 0;
  for (let at = Math.max(start, word - nearTitle); at < Math.min(end, word + nearTitle); at += 1) {
    if (places[at]?.stretch !== stretch) continue;
    if ((words[at]?.key.length ?? 0) < 4 || !traits[at]?.isWord) continue;
    long += 1;
    if (traits[at]?.hasCapital) capitals += 1;
  }
  return long > 1 && capitals / long > 0.6;
}

/** A number from a word on, with the signs inside it, and where it ends. */
function numberAt(words: readonly Word[], at: number, end: number): { text: string; to: number } {
  let to = at + 1;
  let text = words[at]?.key ?? "";
  while (to < end) {
    const [before, sign, next] = [words[to - 1] as Word, words[to] as Word, words[to + 1]];
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
function isEnumeration({ words }: ReadContent, at: number, to: number, start: number): boolean {
  const isFirstOfLine =
    at === start || gap(words[at - 1] as Word, words[at] as Word).includes("\n");
  if (!isFirstOfLine) return at === start + 1 && steps.test(words[start]?.key ?? "");
  const next = words[to];
  return next !== undefined && /^[.):]$/.test(next.key) && touches(words[to - 1], next);
}
