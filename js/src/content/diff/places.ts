import type { Word } from "./words";

/** Where a word stands: what tells a name from the word that begins a sentence. */
export interface Place {
  block: Element;
  /** A formatted stretch, such as bold words that begin a list item, has a beginning of its own. */
  stretch: Element;
  code: boolean;
  /** In a block of code, not in a sentence. */
  listing: boolean;
  heading: boolean;
  /** Whether its text has line breaks. */
  isBroken: boolean;
  link: string | null;
}

const blocks =
  "p, li, pre, blockquote, td, th, dt, dd, figure, h1, h2, h3, h4, h5, h6, div, details, .content";

/** What the words of a content stand in, looked up once a node. */
export function openPlaces(): (word: Word) => Place {
  const known = new Map<Node, Place>();
  return ({ node }) => {
    const found = known.get(node);
    if (found) return found;
    const parent = (node instanceof Element ? node : node.parentElement) as Element;
    const block = parent.closest(blocks) ?? parent;
    const place = {
      block,
      stretch: parent.closest("strong, em, a, code, summary") ?? block,
      code: parent.closest("code, pre") !== null,
      listing: block.matches("pre") || parent.closest("pre") !== null,
      heading: block.matches("h1, h2, h3, h4, h5, h6, th, dt"),
      isBroken: node instanceof Text && node.data.includes("\n"),
      link: parent.closest("a[href]")?.getAttribute("href") ?? null,
    };
    known.set(node, place);
    return place;
  };
}

/** Whether nothing stands between two words. */
export function touches(word: Word | undefined, next: Word | undefined): boolean {
  return word !== undefined && next !== undefined && word.node === next.node
    ? word.end === next.start
    : false;
}

/** What stands between two words of one text, white space as a rule. */
export function gap(word: Word, next: Word): string {
  if (word.node !== next.node || !(word.node instanceof Text)) return "";
  return word.node.data.slice(word.end, next.start);
}
