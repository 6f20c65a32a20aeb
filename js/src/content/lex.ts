import { Lexer, type Token, Tokenizer, type Tokens, type TokensList } from "marked";
import type { Allowance } from "./limits";
import { limits, TooMuch } from "./limits";

// A run this long is no Markdown; taken in one step, because the lexer's rule for text looks ahead
// for an e-mail address at each of its characters.
const longRun = /^[A-Za-z0-9.#$%&'+/=?{|}^-]{200,}/;
const longWord = new RegExp(`^\\S{${limits.bareLinkCharacters + 1}}`);

class BoundedTokenizer extends Tokenizer {
  readonly #allowance: Allowance;

  constructor(allowance: Allowance) {
    super();
    this.#allowance = allowance;
  }

  // `space` and `escape` are the first rules tried for every block and every inline token.
  override space(source: string): Tokens.Space | undefined {
    this.#allowance.check();
    return super.space(source);
  }

  override escape(source: string): Tokens.Escape | undefined {
    this.#allowance.check();
    return super.escape(source);
  }

  override def(source: string): Tokens.Def | undefined {
    return /^ {0,3}\[\^/.test(source) ? undefined : super.def(source);
  }

  override table(source: string): Tokens.Table | undefined {
    const match = this.rules.block.table.exec(source);
    if (!match) return undefined;
    const columns = (match[1]?.split("|").length ?? 0) + 1;
    const rows = (match[3]?.split("\n").length ?? 0) + 1;
    if (columns * rows > limits.tableCells) {
      throw new TooMuch(`a table of more than ${limits.tableCells.toLocaleString("en")} cells.`);
    }
    return super.table(source);
  }

  override url(source: string): Tokens.Link | undefined {
    return longWord.test(source) ? undefined : super.url(source);
  }

  override inlineText(source: string): Tokens.Text | undefined {
    const run = longRun.exec(source)?.[0];
    return run ? { type: "text", raw: run, text: run } : super.inlineText(source);
  }
}

class BoundedLexer extends Lexer {
  #depth = 0;

  #nested<T>(step: () => T): T {
    this.#depth += 1;
    if (this.#depth > limits.depth) {
      throw new TooMuch(`nested more than ${limits.depth} levels deep.`);
    }
    try {
      return step();
    } finally {
      this.#depth -= 1;
    }
  }

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], clipped?: boolean): Token[] {
    return this.#nested(() => super.blockTokens(source, tokens, clipped));
  }

  override inlineTokens(source: string, tokens?: Token[]): Token[] {
    return this.#nested(() => super.inlineTokens(source, tokens));
  }
}

/** Reads Markdown into tokens; throws `TooMuch` rather than run long or deep. */
export function lexMarkdown(source: string, allowance: Allowance): Token[] {
  return new BoundedLexer({ gfm: true, tokenizer: new BoundedTokenizer(allowance) }).lex(source);
}
