/** Measures how long each pair was on a page that was visible and had the focus. */
export interface Clock {
  /** Goes on with a pair, from what was measured of it before; with none, it stands still. */
  show(pair: string | undefined): void;
  /** Seconds that the pair on screen was looked at in all, to the tenth. */
  seconds(): number;
  close(): void;
}

export function openClock(): Clock {
  const spent = new Map<string, number>();
  let shown: string | undefined;
  let since = performance.now();
  let isLooking = looksAtPage();

  function gather(): void {
    const now = performance.now();
    if (shown !== undefined && isLooking) spent.set(shown, (spent.get(shown) ?? 0) + now - since);
    since = now;
    isLooking = looksAtPage();
  }

  const end = new AbortController();
  const { signal } = end;
  document.addEventListener("visibilitychange", gather, { signal });
  window.addEventListener("focus", gather, { signal });
  window.addEventListener("blur", gather, { signal });
  return {
    show(pair) {
      gather();
      shown = pair;
    },
    seconds() {
      gather();
      return Math.round((spent.get(shown ?? "") ?? 0) / 100) / 10;
    },
    close: () => end.abort(),
  };
}

function looksAtPage(): boolean {
  return !document.hidden && document.hasFocus();
}
