import code from "./code.css";
import content from "./content.css";
import figures from "./figures.css";

/** The style sheets of content; a later one may rely on coming after the ones before it. */
export const CONTENT_STYLES = [content, code, figures].join("");
