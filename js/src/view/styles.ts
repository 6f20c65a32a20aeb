import { CONTENT_STYLES } from "../content/styles";
import controls from "./controls.css";
import editor from "./editor.css";
import forced from "./forced.css";
import frame from "./frame.css";
import listening from "./listening.css";
import panel from "./panel.css";
import remarks from "./remarks.css";
import stage from "./stage.css";
import votes from "./votes.css";

/** All style sheets; a later one may rely on coming after the ones before it. */
export const STYLES = [
  CONTENT_STYLES,
  frame,
  stage,
  listening,
  controls,
  remarks,
  votes,
  editor,
  panel,
  forced,
].join("");
