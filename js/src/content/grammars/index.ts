import python from "highlight.js/lib/languages/python";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { css } from "./css";
import { diff, dockerfile, ini, json } from "./data";
import { cpp, csharp, dart, go, java, kotlin, php, rust, swift } from "./family";
import { script } from "./script";
import { bash, latex, lua, r, ruby } from "./scripting";
import { sql } from "./sql";

/** The grammars by name. No Markdown: highlight.js's takes a second on 20,000 brackets. */
export const grammars = {
  bash,
  cpp,
  csharp,
  css,
  dart,
  diff,
  dockerfile,
  go,
  ini,
  java,
  json,
  kotlin,
  latex,
  lua,
  php,
  python,
  r,
  ruby,
  rust,
  script,
  sql,
  swift,
  xml,
  yaml,
};
