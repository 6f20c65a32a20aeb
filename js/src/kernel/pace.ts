// How the work goes in this sitting: counts and times, nothing that rewards haste.

/** A pause after which work begins anew, in seconds. */
const PAUSE = 600;
/** Seconds of work without a pause after which a break is suggested. */
const LONG = 3_000;

export interface Pace {
  count: number;
  /** Seconds per label. */
  median: number | null;
  /** Seconds since the last pause. */
  working: number;
}

export interface PaceKeeper {
  /** Counts a pair that was labeled, also if it was before. */
  add(pair: string, seconds: number): void;
  /** Counts a pair no more. */
  takeBack(pair: string): void;
  pace(): Pace;
}

export function openPace(now: () => number = () => performance.now() / 1000): PaceKeeper {
  const times = new Map<string, number>();
  let began = 0;
  let last = Number.NEGATIVE_INFINITY;
  return {
    add(pair, seconds) {
      const at = now();
      if (at - last > PAUSE) began = at - seconds;
      last = at;
      times.set(pair, seconds);
    },
    takeBack(pair) {
      times.delete(pair);
    },
    pace() {
      const sorted = [...times.values()].sort((a, b) => a - b);
      return {
        count: times.size,
        median: sorted[Math.floor(sorted.length / 2)] ?? null,
        working: times.size === 0 ? 0 : last - began,
      };
    },
  };
}

const ENOUGH = 5;

/** "23 this sitting · median 14 s · about 35 min left". */
export function describePace({ count, median, working }: Pace, left: number): string {
  const parts = [`${count} this sitting`];
  if (median !== null && count >= ENOUGH) {
    parts.push(`median ${duration(median)}`);
    if (left > 0) parts.push(`about ${duration(median * left)} left`);
  }
  if (working > LONG) parts.push(`${duration(working)} without a break`);
  return parts.join(" · ");
}

/** Seconds as the screen shows them, to the tenth where they are few. */
export function showSeconds(seconds: number): string {
  return `${seconds < 10 ? Math.round(10 * seconds) / 10 : Math.round(seconds)} s`;
}

function duration(seconds: number): string {
  if (seconds < 90) return showSeconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
