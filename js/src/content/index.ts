export { containsImage } from "./images";
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
