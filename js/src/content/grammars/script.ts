import type { Language, LanguageFn, Mode } from "highlight.js";

const keywords =
  "abstract as async await break case catch class const constructor continue debugger declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let namespace new of private protected public readonly return satisfies set static super switch this throw try type typeof var void while with yield";

/** JavaScript and TypeScript. */
export const script: LanguageFn = (hljs): Language => {
  const subst: Mode = { scope: "subst", begin: /\$\{/, end: /\}/, keywords: keywords.split(" ") };
  const template: Mode = {
    scope: "string",
    begin: /`/,
    end: /`/,
    contains: [hljs.BACKSLASH_ESCAPE, subst],
  };
  subst.contains = [hljs.APOS_STRING_MODE, hljs.QUOTE_STRING_MODE, template, hljs.C_NUMBER_MODE];
  return {
    name: "typescript",
    aliases: ["javascript", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "node"],
    keywords: {
      keyword: keywords.split(" "),
      type: "any bigint boolean never number object string symbol unknown".split(" "),
      literal: "true false null undefined NaN Infinity".split(" "),
      built_in: "console document window globalThis module require process".split(" "),
    },
    contains: [
      { scope: "meta", match: /^#!.*/ },
      hljs.C_LINE_COMMENT_MODE,
      hljs.C_BLOCK_COMMENT_MODE,
      hljs.APOS_STRING_MODE,
      hljs.QUOTE_STRING_MODE,
      template,
      {
        scope: "regexp",
        match:
          /(?<=(?:[=(,:;!&|?{}[]|\breturn)[ \t]*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/,
      },
      {
        scope: "number",
        match: /\b(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)n?\b/,
      },
      { scope: "meta", match: /@[A-Za-z_$][\w$]*/ },
      {
        scope: "title.function",
        match: new RegExp(
          `\\b(?!(?:${keywords.split(" ").join("|")})\\b)[A-Za-z_$][\\w$]*(?=\\s*\\()`,
        ),
      },
      { scope: "attr", match: /\b[A-Za-z_$][\w$]*(?=\??:\s)/ },
      { scope: "title.class", match: /\b[A-Z]\w*[a-z]\w*\b/ },
    ],
  };
};
