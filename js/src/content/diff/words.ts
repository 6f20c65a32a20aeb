/** A word, a sign, or a whole formula, image or audio, and where it stands. White space is none: it never differs. */
export interface Word {
  /** What it is compared by. */
  key: string;
  node: Text | Element;
  start: number;
  end: number;
}

/** A letter of a script that puts no space between words. */
const unspaced =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";
// A word is letters and digits, or one such letter.
const pieces = new RegExp(
  `[A-Za-z0-9_]+(?![\\p{L}\\p{N}\\p{M}])|${unspaced}\\p{M}*|(?:(?!${unspaced})[\\p{L}\\p{N}\\p{M}_])+|\\S`,
  "gu",
);
const begins = new RegExp(`^${unspaced}`, "u");

/** Whether a word is one letter of a script that puts no space between words. */
export function standsAlone(key: string): boolean {
  return begins.test(key);
}

const whole = ".formula, img, .image-chip, .audio";
const controls = "button, .code-bar, .reason";

function wholeKey(element: Element): string {
  if (element.matches(".audio")) return `audio\n${(element as HTMLElement).dataset.name}`;
  const isImage = element instanceof HTMLImageElement;
  const image = isImage ? (element.dataset.name ?? element.src) : element.getAttribute("title");
  return `${element.localName}\n${image ?? ""}\n${element.textContent ?? ""}`;
}

/** The words of a content in order, or nothing where there are more than `most`. */
export function wordsOf(root: Element, most: number): Word[] | undefined {
  const words: Word[] = [];
  const read = (parent: Node): void => {
    for (let node = parent.firstChild; node && words.length <= most; node = node.nextSibling) {
      if (node instanceof Text) {
        for (const match of node.data.matchAll(pieces)) {
          const [key] = match;
          words.push({ key, node, start: match.index, end: match.index + key.length });
        }
      } else if (node instanceof Element && !node.matches(controls)) {
        if (node.matches(whole)) words.push({ key: wholeKey(node), node, start: 0, end: 0 });
        else read(node);
      }
    }
  };
  read(root);
  return words.length <= most ? words : undefined;
}
