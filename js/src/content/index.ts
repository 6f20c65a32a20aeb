export { startsAtRight } from "./dom";
export { containsImage } from "./images";
export { whenComplete } from "./later";
export { nestHeadings } from "./outline";
export { plainText } from "./plaintext";
export { renderText } from "./render";
export type {
  ImagePolicy,
  Message,
  Modules,
  NeedModule,
  RenderOptions,
  Text,
} from "./types";
