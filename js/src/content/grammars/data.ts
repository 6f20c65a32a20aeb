import type { Language, LanguageFn } from "highlight.js";

/** INI, TOML and properties. highlight.js's own is quadratic in the length of a line. */
export const ini: LanguageFn = (hljs): Language => ({
  name: "ini",
  aliases: ["toml", "properties", "conf", "cfg", "env"],
  keywords: { literal: "true false yes no on off null".split(" ") },
  contains: [
    hljs.COMMENT(/[#;]/, /$/),
    { scope: "section", match: /^[ \t]*\[[^\n]*\]/ },
    { scope: "attr", match: /^[ \t]*[\w."-]+(?=[ \t]*=)/ },
    { scope: "string", begin: /"""|'''/, end: /"""|'''/ },
    hljs.QUOTE_STRING_MODE,
    hljs.APOS_STRING_MODE,
    hljs.C_NUMBER_MODE,
  ],
});

/** JSON, without a mark on every bracket and comma. */
export const json: LanguageFn = (hljs): Language => ({
  name: "json",
  aliases: ["jsonc", "json5", "jsonl", "ndjson"],
  keywords: { literal: ["true", "false", "null"] },
  contains: [
    { scope: "attr", match: /"(?:\\.|[^\\"\n])*"(?=[ \t]*:)/ },
    hljs.QUOTE_STRING_MODE,
    hljs.C_NUMBER_MODE,
    hljs.C_LINE_COMMENT_MODE,
    hljs.C_BLOCK_COMMENT_MODE,
  ],
});

/** What a terminal shows of two versions of a file. */
export const diff: LanguageFn = (): Language => ({
  name: "diff",
  aliases: ["patch"],
  contains: [
    { scope: "meta", match: /^(?:@@[^\n]*|diff [^\n]*|index [^\n]*|--- [^\n]*|\+\+\+ [^\n]*)/ },
    { scope: "addition", match: /^\+[^\n]*/ },
    { scope: "deletion", match: /^-[^\n]*/ },
  ],
});

export const dockerfile: LanguageFn = (hljs): Language => ({
  name: "dockerfile",
  aliases: ["docker"],
  contains: [
    hljs.HASH_COMMENT_MODE,
    {
      scope: "keyword",
      match:
        /^[ \t]*(?:FROM|RUN|CMD|LABEL|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|HEALTHCHECK|SHELL)\b/i,
    },
    hljs.QUOTE_STRING_MODE,
    { scope: "variable", match: /\$\w+|\$\{[^}\n]*\}/ },
  ],
});
