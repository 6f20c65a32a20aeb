import { appendBlocks } from "./blocks";
import { hasTooManyInvisible } from "./characters";
import type { Context } from "./context";
import { lexMarkdown } from "./lex";
import { limits, TooMuch } from "./limits";

function checkSize(source: string): void {
  if (source.split("\n", limits.lines + 1).length > limits.lines) {
    throw new TooMuch(`more than ${limits.lines.toLocaleString("en")} lines.`);
  }
  if (hasTooManyInvisible(source)) {
    throw new TooMuch(
      `more than ${limits.invisibleCharacters.toLocaleString("en")} invisible characters.`,
    );
  }
}

/** Formats Markdown. Throws where the text is too much to format. */
export function formatMarkdown(source: string, context: Context): DocumentFragment {
  checkSize(source);
  const formatted = document.createDocumentFragment();
  appendBlocks(formatted, lexMarkdown(source, context.allowance), context);
  return formatted;
}
