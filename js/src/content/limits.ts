/** What one text may cost before it is shown as plain text: nobody's tab waits for a hostile answer. */
export const limits = {
  characters: 100_000,
  lines: 10_000,
  paragraphCharacters: 30_000,
  tokens: 25_000,
  blocks: 5_000,
  turns: 500,
  depth: 40,
  tableCells: 5_000,
  tableColumns: 100,
  inlineWork: 20_000_000,
  blockWork: 400_000_000,
  workInTurn: 6_000,
  highlightedCharacters: 20_000,
  highlightedLine: 500,
  invisibleCharacters: 2_000,
  bareLinkCharacters: 2_000,
} as const;

/** Thrown where formatting stops; the message completes "Shown as plain text: ...". */
export class TooMuch extends Error {}

/**
 * The work that formatting one text may take, counted rather than timed, so that a text looks the same on a
 * slow machine and a busy one. Work is the characters that lay ahead at each step of the lexer: 0.3 million
 * within the paragraphs of 100 KB of prose, over 50 million where brackets or signs repeat.
 */
export class Allowance {
  #characters = 0;
  #inlineWork = 0;
  #blockWork = 0;
  #tokens = 0;
  #blocks = 0;

  /** Counts the characters of a text or a message, of which all together may be formatted. */
  countCharacters(characters: number): void {
    if (this.#characters + characters > limits.characters) {
      throw new TooMuch(`longer than ${limits.characters.toLocaleString("en")} characters.`);
    }
    this.#characters += characters;
  }

  spendInline(characters: number): void {
    this.#inlineWork += characters;
    this.#checkWork();
  }

  spendBlock(characters: number): void {
    this.#blockWork += characters;
    this.#checkWork();
  }

  #checkWork(): void {
    if (this.#inlineWork > limits.inlineWork || this.#blockWork > limits.blockWork) {
      throw new TooMuch("formatting it would take too long.");
    }
  }

  countToken(): void {
    this.#tokens += 1;
    if (this.#tokens > limits.tokens) {
      throw new TooMuch(`more than ${limits.tokens.toLocaleString("en")} pieces of formatting.`);
    }
  }

  /** Counts a block; one of many elements weighs more. */
  countBlock(weight = 1): void {
    this.#blocks += weight;
    if (this.#blocks > limits.blocks) {
      throw new TooMuch("more blocks than can be laid out quickly.");
    }
    this.countToken();
  }
}
