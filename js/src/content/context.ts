import type { Allowance } from "./limits";
import type { ImagePolicy, NeedModule, ShowStored } from "./types";

export interface LaterStep {
  /** About how much work it is, in characters of code to colour. */
  work: number;
  run(): void;
}

/** What every step of formatting one text shares. */
export interface Context {
  allowance: Allowance;
  images: ImagePolicy;
  need: NeedModule;
  stored?: ShowStored | undefined;
  /** Colours and formulas, added once the text stands. */
  later: LaterStep[];
  /** Inside a link nothing else may be clickable: what would be stands behind it. */
  behindLink: Node[] | undefined;
  /** The address a link may lead to, or nothing where it shows as written. */
  linkTarget(written: string): URL | undefined;
}
