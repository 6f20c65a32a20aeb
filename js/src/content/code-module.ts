// The module that colours code: grammars are heavy, and few pairs hold code.

import { createLowlight } from "lowlight";
import { grammars } from "./grammars";
import type { Highlighter } from "./types";

const lowlight = createLowlight(grammars);

const highlighter: Highlighter = {
  knows: (language) => lowlight.registered(language),
  highlight: (language, text) => lowlight.highlight(language, text, { prefix: "code-" }).children,
};

export default highlighter;
