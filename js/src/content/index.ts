export { type Differences, type DiffOptions, diffContent } from "./diff";
export { containsMath } from "./formulas";
export { containsImage } from "./images";
export { plainText } from "./plaintext";
export { renderText } from "./render";
export type { ImagePolicy, MathRenderer, Message, RenderOptions, Text } from "./types";
