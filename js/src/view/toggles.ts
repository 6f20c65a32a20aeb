import { type Signal, signal } from "@preact/signals";
import type { Toggle } from "../keys";

/** How a view shows the texts: on or off, and nothing of it is recorded. */
export type Reading = Record<Toggle, Signal<boolean>>;

export function openReading(): Reading {
  return {
    differences: signal(false),
    fold: signal(false),
    raw: signal(false),
    together: signal(true),
    prompt: signal(false),
    actual: signal(false),
  };
}
