import { element } from "../dom";

const shortCharacters = 200;

function foldRun(blocks: readonly Element[]): () => void {
  const count = blocks.length;
  const summary = element(
    "summary",
    "role",
    `${count} identical ${count === 1 ? "block" : "blocks"}`,
  );
  const folded = element("details", "same", summary);
  blocks[0]?.before(folded);
  folded.append(...blocks);
  return () => folded.replaceWith(...blocks);
}

function unmarkedTexts(content: Element): Set<string | null> {
  const unmarked = [...content.children].filter((block) => !isMarked(block));
  return new Set(unmarked.map((block) => block.textContent));
}

function isMarked(block: Element): boolean {
  return block.matches("mark") || block.querySelector("mark") !== null;
}

/**
 * Folds the runs of blocks that stand on the other side too, where folding saves reading. Returns how to
 * unfold them.
 */
export function foldSame(left: Element, right: Element): (() => void)[] {
  const [inLeft, inRight] = [unmarkedTexts(left), unmarkedTexts(right)];
  return [...foldRuns(left, inRight), ...foldRuns(right, inLeft)];
}

function foldRuns(content: Element, inOther: ReadonlySet<string | null>): (() => void)[] {
  const undo: (() => void)[] = [];
  let run: Element[] = [];
  const close = (): void => {
    const characters = run.reduce((sum, block) => sum + (block.textContent?.length ?? 0), 0);
    if (characters > shortCharacters) undo.push(foldRun(run));
    run = [];
  };
  for (const block of [...content.children]) {
    if (isMarked(block) || !inOther.has(block.textContent)) close();
    else run.push(block);
  }
  close();
  return undo;
}
