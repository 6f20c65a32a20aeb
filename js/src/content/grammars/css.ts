import type { Language, LanguageFn, Mode } from "highlight.js";

/** CSS, SCSS and Less: selectors, properties and values by their place, not by a list of their names. */
export const css: LanguageFn = (hljs): Language => {
  const values: Mode[] = [
    hljs.C_BLOCK_COMMENT_MODE,
    hljs.APOS_STRING_MODE,
    hljs.QUOTE_STRING_MODE,
    { scope: "number", match: /#[\da-fA-F]{3,8}\b|[+-]?\b\d*\.?\d+(?:%|[a-z]+\b)?/ },
    { scope: "keyword", match: /@[\w-]+|![a-z]+/ },
    { scope: "variable", match: /--[\w-]+|\$[\w-]+/ },
    { scope: "built_in", match: /\b[a-z-]+(?=\()/ },
  ];
  const block: Mode = { begin: /\{/, end: /\}/ };
  block.contains = [
    { scope: "attribute", match: /[a-z-]+(?=\s*:(?!:)[^{;}]*[;}\n])/ },
    { scope: "selector-class", match: /[.&][\w-]+/ },
    ...values,
    block,
  ];
  return {
    name: "css",
    aliases: ["scss", "less", "sass"],
    contains: [
      ...values,
      { scope: "selector-id", match: /#[\w-]+/ },
      { scope: "selector-class", match: /\.[A-Za-z_][\w-]*/ },
      { scope: "selector-pseudo", match: /::?[a-z-]+/ },
      { scope: "selector-tag", match: /\b[a-z][a-z0-9]*\b/ },
      block,
    ],
  };
};
