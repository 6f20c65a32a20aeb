/** What one text may cost before it is shown as plain text: nobody's tab waits for a hostile answer. */
export const limits = {
  characters: 100_000,
  lines: 10_000,
  paragraphCharacters: 30_000,
  tokens: 15_000,
  messages: 500,
  jsonCharacters: 200_000,
  depth: 40,
  tableCells: 10_000,
  milliseconds: 100,
  laterMilliseconds: 40,
  highlightedCharacters: 20_000,
  highlightedLine: 500,
  invisibleCharacters: 2_000,
  bareLinkCharacters: 2_000,
} as const;

/** Thrown where formatting stops; the message completes "Shown as plain text: ...". */
export class TooMuch extends Error {}

/** The time and the number of tokens that formatting one text may take, shared by all its steps. */
export class Allowance {
  readonly #end: number;
  #tokens = 0;

  constructor(milliseconds: number = limits.milliseconds) {
    this.#end = performance.now() + milliseconds;
  }

  get spent(): boolean {
    return performance.now() > this.#end;
  }

  check(): void {
    if (this.spent) throw new TooMuch("formatting it would take too long.");
  }

  countToken(): void {
    this.#tokens += 1;
    if (this.#tokens > limits.tokens) {
      throw new TooMuch(`more than ${limits.tokens.toLocaleString("en")} pieces of formatting.`);
    }
    this.check();
  }
}
