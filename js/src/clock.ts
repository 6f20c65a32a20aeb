/** Measures how long a pair was on a visible page. */
export interface Clock {
  restart(): void;
  /** Seconds since the restart, to the tenth. */
  seconds(): number;
  close(): void;
}

export function openClock(): Clock {
  let gathered = 0;
  let since = performance.now();
  const pause = () => {
    if (document.hidden) gathered += performance.now() - since;
    since = performance.now();
  };
  document.addEventListener("visibilitychange", pause);
  return {
    restart() {
      gathered = 0;
      since = performance.now();
    },
    seconds() {
      const running = document.hidden ? 0 : performance.now() - since;
      return Math.round((gathered + running) / 100) / 10;
    },
    close() {
      document.removeEventListener("visibilitychange", pause);
    },
  };
}
