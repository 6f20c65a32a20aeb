// How large the texts are, kept by the browser for all sessions.

import { type Signal, signal } from "@preact/signals";

const NAME = "tiebreak-reading-size";
const USUAL = 15;
const SMALLEST = 11;
const LARGEST = 26;

/** In pixels. */
export type ReadingSize = Signal<number>;

export function openReadingSize(host: HTMLElement): ReadingSize {
  const kept = Number(read());
  const size = signal(within(kept) ? kept : USUAL);
  if (size.value !== USUAL) show(host, size.value);
  return size;
}

export function resize(size: ReadingSize, host: HTMLElement, step: number): void {
  const next = size.value + step;
  if (!within(next)) return;
  size.value = next;
  show(host, next);
  try {
    localStorage.setItem(NAME, String(next));
  } catch {
    // No storage, or a full one: the size lasts as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

function within(size: number): boolean {
  return Number.isInteger(size) && size >= SMALLEST && size <= LARGEST;
}

function show(host: HTMLElement, size: number): void {
  host.style.setProperty("--tb-font-size", `${size}px`);
  host.style.setProperty("--tb-code-size", `${size - 2}px`);
}
