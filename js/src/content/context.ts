import type { Allowance } from "./limits";
import type { ImagePolicy, MathRenderer } from "./types";

/** What every step of formatting one text shares. */
export interface Context {
  allowance: Allowance;
  images: ImagePolicy;
  math: MathRenderer | undefined;
  /** Colours and formulas, added once the text stands, while there is time. */
  later: (() => void)[];
  /** Inside a link nothing else may be clickable. */
  inLink: boolean;
  /** The address a link may lead to, or nothing where it shows as written. */
  linkTarget(written: string): URL | undefined;
}
