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

/** Folds the runs of blocks that hold no mark, where folding saves reading. Returns how to unfold them. */
export function foldSame(content: Element): (() => void)[] {
  const undo: (() => void)[] = [];
  let run: Element[] = [];
  const close = (): void => {
    const characters = run.reduce((sum, block) => sum + (block.textContent?.length ?? 0), 0);
    if (characters > shortCharacters) undo.push(foldRun(run));
    run = [];
  };
  for (const block of [...content.children]) {
    if (block.matches("mark") || block.querySelector("mark")) close();
    else run.push(block);
  }
  close();
  return undo;
}
