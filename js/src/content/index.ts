export { startsAtRight } from "./dom";
export { nestHeadings } from "./outline";
export { containsImage, plainText } from "./parts";
export { renderText } from "./render";
export type {
  ImagePolicy,
  Message,
  Modules,
  NeedModule,
  RenderOptions,
  Text,
} from "./types";
