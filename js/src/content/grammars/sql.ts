import type { Language, LanguageFn } from "highlight.js";

const keywords =
  "add all alter and any as asc begin between by cascade case check column commit constraint create cross current database declare default delete desc distinct drop else end except exists explain fetch first following for foreign from full function grant group having if ilike in index inner insert intersect into is join key last lateral left like limit natural not nulls of offset on or order outer over partition preceding primary procedure range references replace returning returns revoke right rollback row rows schema select set table temporary then to top transaction trigger truncate unbounded union unique update using values view when where window with";
const types =
  "bigint binary bit blob bool boolean bytea char date datetime decimal double float int integer interval json jsonb money nchar numeric nvarchar precision real serial smallint text time timestamp timestamptz tinyint uuid varbinary varchar";

export const sql: LanguageFn = (hljs): Language => ({
  name: "sql",
  aliases: ["mysql", "postgres", "postgresql", "pgsql", "sqlite", "tsql", "plsql"],
  case_insensitive: true,
  keywords: {
    keyword: keywords.split(" "),
    type: types.split(" "),
    literal: ["true", "false", "null"],
  },
  contains: [
    hljs.COMMENT("--", "$"),
    hljs.C_BLOCK_COMMENT_MODE,
    { scope: "string", match: /'(?:[^']|'')*'/ },
    { scope: "variable", match: /[@:]{1,2}[a-z_]\w*/ },
    {
      scope: "title.function",
      match: /\b(?!(?:in|values|and|or|on|as|not|exists|any|all|over|using)\b)[a-z_]\w*(?=\()/,
    },
    hljs.C_NUMBER_MODE,
  ],
});
