export { startsAtRight } from "./dom";
export { whenComplete } from "./later";
export { nestHeadings } from "./outline";
export { contains, editableText, plainText } from "./parts";
export { renderText } from "./render";
export type {
  ImagePolicy,
  Listened,
  Message,
  Modules,
  NeedModule,
  OpenPlayers,
  Players,
  RenderOptions,
  Text,
} from "./types";
