import { type Signal, signal } from "@preact/signals";
import type { Toggle } from "../keys";

/** How the views of a model show the texts: on or off, and nothing of it is recorded. */
export type Toggles = Record<Toggle, Signal<boolean>>;

export function openToggles(): Toggles {
  return {
    differences: signal(false),
    fold: signal(false),
    raw: signal(false),
    together: signal(true),
    prompt: signal(false),
    actual: signal(false),
  };
}
