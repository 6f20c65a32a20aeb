import {
  type Hooks,
  Lexer,
  type MarkedOptions,
  type Token,
  Tokenizer,
  type Tokens,
  type TokensList,
} from "marked";
import { borderBefore, isEastAsian, maskEastAsian } from "./emphasis";
import { type Formula, findFormulas, formulaAt, formulaBlockAt, mayHoldFormulas } from "./formulas";
import { drawingAt } from "./layout";
import { type Allowance, limits, TooMuch } from "./limits";

// A run this long is no Markdown; taken in one step, because the lexer's rule for text looks ahead
// for an e-mail address at each of its characters.
const longRun = /^[A-Za-z0-9.#$%&'+/=?{|}^-]{200,}/;
const longWord = new RegExp(`^\\S{${limits.bareLinkCharacters + 1}}`);

export interface FormulaToken extends Formula {
  type: "formula";
}

export interface DrawingToken {
  type: "drawing";
  raw: string;
}

class BoundedTokenizer extends Tokenizer {
  readonly #allowance: Allowance;
  readonly #formulas: boolean;

  constructor(allowance: Allowance, formulas: boolean) {
    super();
    this.#allowance = allowance;
    this.#formulas = formulas;
  }

  // `space` and `escape` are the first rules tried for every block and every inline token.
  override space(source: string): Tokens.Space | undefined {
    this.#allowance.spendBlock(source.length);
    return super.space(source);
  }

  override escape(source: string): Tokens.Escape | undefined {
    this.#allowance.spendInline(source.length);
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
    if (columns > limits.tableColumns) {
      throw new TooMuch(`a table of more than ${limits.tableColumns} columns.`);
    }
    if (columns * rows > limits.tableCells) {
      throw new TooMuch(`a table of more than ${limits.tableCells.toLocaleString("en")} cells.`);
    }
    return super.table(source);
  }

  override emStrong(
    source: string,
    masked: string,
    before = "",
  ): Tokens.Em | Tokens.Strong | undefined {
    return super.emStrong(source, masked, borderBefore(source, before));
  }

  override url(source: string): Tokens.Link | undefined {
    return longWord.test(source) ? undefined : super.url(source);
  }

  override inlineText(source: string): Tokens.Text | undefined {
    const run = longRun.exec(source)?.[0];
    if (run) return { type: "text", raw: run, text: run };
    const dollar = this.#formulas ? source.indexOf("$", 1) : -1;
    return super.inlineText(dollar > 0 ? source.slice(0, dollar) : source);
  }
}

class BoundedLexer extends Lexer {
  #depth = 0;
  #inlineSource = "";

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
    if (source.length > limits.paragraphCharacters) {
      throw new TooMuch(
        `a paragraph of more than ${limits.paragraphCharacters.toLocaleString("en")} characters.`,
      );
    }
    const outer = this.#inlineSource;
    this.#inlineSource = source;
    try {
      return this.#nested(() => super.inlineTokens(source, tokens));
    } finally {
      this.#inlineSource = outer;
    }
  }

  /** Hides formulas from the search for the ends of emphasis; `masked` is as long as the source. */
  maskFormulas(masked: string): string {
    const parts: string[] = [];
    let end = 0;
    for (const formula of findFormulas(this.#inlineSource)) {
      parts.push(masked.slice(end, formula.start), "a".repeat(formula.end - formula.start));
      end = formula.end;
    }
    return parts.join("") + masked.slice(end);
  }
}

function formulaToken(formula: Formula | undefined): FormulaToken | undefined {
  return formula && { type: "formula", ...formula };
}

const formulaLine = /\n {0,3}(?:\$\$|\\\[)/;

/** Where a displayed formula interrupts the paragraph that `source` begins with. */
function nextFormulaBlock(source: string, allowance: Allowance): number | undefined {
  const end = source.indexOf("\n\n");
  const lines = end < 0 ? source : source.slice(0, end);
  const found = formulaLine.exec(lines);
  if (!found) return undefined;
  allowance.spendBlock(interruptedWork * lines.length);
  return found.index + 1;
}

const failedFormulaWork = 20_000;
// A character is looked at in many ways before it is clear whether it belongs to a drawing.
const drawingWork = 40;
// The lexer looks for the underline of a heading past a formula that ends the paragraph, to a blank line.
const interruptedWork = 15;

function extensions(
  allowance: Allowance,
  formulas: boolean,
): NonNullable<MarkedOptions["extensions"]> {
  const both = { renderers: {}, childTokens: {} };
  const drawing = (source: string): DrawingToken | undefined => {
    const raw = drawingAt(source, (characters) => allowance.spendBlock(drawingWork * characters));
    return raw === undefined ? undefined : { type: "drawing", raw };
  };
  if (!formulas) return { ...both, block: [drawing] };
  return {
    ...both,
    block: [(source) => formulaToken(formulaBlockAt(source)), drawing],
    startBlock: [(source) => nextFormulaBlock(source, allowance)],
    inline: [
      (source, tokens) => {
        if (!/^[$\\]/.test(source)) return undefined;
        const found = formulaAt(source, tokens.at(-1)?.raw.at(-1) ?? "");
        if (!found) allowance.spendInline(failedFormulaWork);
        return formulaToken(found);
      },
    ],
  };
}

/** Reads Markdown into tokens; throws `TooMuch` rather than run long or deep. */
export function lexMarkdown(source: string, allowance: Allowance): Token[] {
  const formulas = mayHoldFormulas(source);
  const options: MarkedOptions = {
    gfm: true,
    tokenizer: new BoundedTokenizer(allowance, formulas),
    extensions: extensions(allowance, formulas),
  };
  const lexer = new BoundedLexer(options);
  const masks: ((masked: string) => string)[] = [];
  if (formulas) masks.push((masked) => lexer.maskFormulas(masked));
  if (isEastAsian(source)) masks.push(maskEastAsian);
  if (masks.length > 0) {
    const emStrongMask = (masked: string) => masks.reduce((hidden, mask) => mask(hidden), masked);
    // Of the hooks the lexer calls this one alone; the class would bring marked's parser and renderer along.
    options.hooks = { emStrongMask } as unknown as Hooks;
  }
  return lexer.lex(source);
}
