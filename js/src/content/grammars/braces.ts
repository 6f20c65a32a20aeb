import type { HLJSApi, Language, LanguageFn, Mode } from "highlight.js";

/** What sets one language of the curly-brace family apart from the next. */
export interface Braces {
  aliases: string[];
  keywords: string;
  types?: string;
  literals?: string;
  /** Tried before strings and numbers. */
  extra?: (hljs: HLJSApi) => Mode[];
}

function words(list: string): string {
  return list.trim().split(/\s+/).join("|");
}

/**
 * A grammar for a language with C's comments, strings and numbers. highlight.js has one for each of them with
 * every name of its standard library; ten of those would take a quarter of the bundle.
 */
export function braces(language: Braces): LanguageFn {
  return (hljs): Language => ({
    name: language.aliases[0] ?? "",
    aliases: language.aliases,
    keywords: {
      keyword: language.keywords.split(" "),
      type: (language.types ?? "").split(" "),
      literal: (language.literals ?? "true false null").split(" "),
    },
    contains: [
      hljs.C_LINE_COMMENT_MODE,
      hljs.C_BLOCK_COMMENT_MODE,
      ...(language.extra?.(hljs) ?? []),
      hljs.QUOTE_STRING_MODE,
      { scope: "string", match: /'(?:\\.[^'\n]{0,8}|[^'\\\n])'/ },
      hljs.C_NUMBER_MODE,
      { scope: "meta", match: /@[A-Za-z_]\w*/ },
      {
        scope: "title.function",
        match: new RegExp(`\\b(?!(?:${words(language.keywords)})\\b)[a-zA-Z_]\\w*(?=\\s*\\()`),
      },
      { scope: "title.class", match: /\b[A-Z]\w*[a-z]\w*\b/ },
    ],
  });
}
