import type { Language, LanguageFn, Mode } from "highlight.js";

const shellVariable: Mode = { scope: "variable", match: /\$(?:\w+|[@#?*!$-]|\{[^}\n]*\})/ };

export const bash: LanguageFn = (hljs): Language => ({
  name: "bash",
  aliases: ["sh", "zsh", "shell", "console", "shellsession"],
  keywords: {
    keyword: "if then else elif fi for while until in do done case esac function select time".split(
      " ",
    ),
    literal: ["true", "false"],
    built_in:
      "alias apt awk bash brew cat cd chmod chown conda cp curl cut docker echo env eval exec exit export find git grep head kill kubectl ln local ls make mkdir mv node npm npx pip pip3 printf pwd python python3 read rm sed set sh sleep sort source ssh sudo tail tar test touch trap uniq unset wc wget xargs yarn".split(
        " ",
      ),
  },
  contains: [
    { scope: "meta", match: /^(?:#!.*|[$%] (?=\S))/ },
    hljs.HASH_COMMENT_MODE,
    { scope: "string", begin: /"/, end: /"/, contains: [hljs.BACKSLASH_ESCAPE, shellVariable] },
    { scope: "string", match: /'[^']*'/ },
    shellVariable,
    { scope: "attr", match: /(?<=\s)--?[A-Za-z][\w-]*/ },
    { scope: "title.function", match: /\b[\w-]+(?=\(\))/ },
    { scope: "number", match: /\b\d+\b/ },
  ],
});

export const ruby: LanguageFn = (hljs): Language => ({
  name: "ruby",
  aliases: ["rb"],
  keywords: {
    keyword:
      "alias and begin break case class def do else elsif end ensure for if in module next not or redo rescue retry return self super then undef unless until when while yield require require_relative include extend attr_accessor attr_reader attr_writer private public protected raise puts".split(
        " ",
      ),
    literal: ["true", "false", "nil"],
  },
  contains: [
    hljs.COMMENT(/^=begin/, /^=end/),
    hljs.HASH_COMMENT_MODE,
    {
      scope: "string",
      begin: /"/,
      end: /"/,
      contains: [hljs.BACKSLASH_ESCAPE, { scope: "subst", match: /#\{[^}\n]*\}/ }],
    },
    hljs.APOS_STRING_MODE,
    { scope: "symbol", match: /(?<![:\w]):[a-zA-Z_]\w*[?!]?|\b[a-z_]\w*:(?=\s)/ },
    { scope: "variable", match: /@{1,2}\w+|\$\w+/ },
    { scope: "title.function", match: /(?<=\bdef (?:self\.)?)[a-z_]\w*[?!=]?/ },
    { scope: "title.class", match: /\b[A-Z]\w*\b/ },
    hljs.C_NUMBER_MODE,
  ],
});

export const r: LanguageFn = (hljs): Language => ({
  name: "r",
  aliases: ["rscript"],
  keywords: {
    keyword: "function if else for while repeat in next break library require return".split(" "),
    literal: "TRUE FALSE NULL NA Inf NaN T F".split(" "),
  },
  contains: [
    hljs.HASH_COMMENT_MODE,
    hljs.QUOTE_STRING_MODE,
    hljs.APOS_STRING_MODE,
    { scope: "operator", match: /<-|->|%[^%\s]*%|\|>/ },
    {
      scope: "title.function",
      match: /\b(?!(?:function|if|for|while|return)\b)[A-Za-z.][\w.]*(?=\()/,
    },
    hljs.C_NUMBER_MODE,
  ],
});

export const lua: LanguageFn = (hljs): Language => ({
  name: "lua",
  keywords: {
    keyword:
      "and break do else elseif end for function goto if in local not or repeat return then until while".split(
        " ",
      ),
    literal: ["true", "false", "nil"],
  },
  contains: [
    hljs.COMMENT(/--\[\[/, /\]\]/),
    hljs.COMMENT(/--/, /$/),
    { scope: "string", begin: /\[\[/, end: /\]\]/ },
    hljs.QUOTE_STRING_MODE,
    hljs.APOS_STRING_MODE,
    {
      scope: "title.function",
      match: /\b(?!(?:function|if|while|and|or|not|return)\b)[a-z_]\w*(?=\()/,
    },
    hljs.C_NUMBER_MODE,
  ],
});

export const latex: LanguageFn = (hljs): Language => ({
  name: "latex",
  aliases: ["tex"],
  contains: [
    hljs.COMMENT(/(?<!\\)%/, /$/),
    { scope: "keyword", match: /\\(?:[A-Za-z]+\*?|.)/ },
    { scope: "string", match: /(?<=\\(?:begin|end)\{)[^}\n]*/ },
    { scope: "meta", match: /\$\$?/ },
  ],
});
