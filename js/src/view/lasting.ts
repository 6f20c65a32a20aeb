/** Begins what lasts until the returned call: the form that a hook's cleanup has. */
export function lasting(begin: (signal: AbortSignal) => void): () => void {
  const end = new AbortController();
  begin(end.signal);
  return () => end.abort();
}

/** Ends an observer with everything else that lasts as long. */
export function endWith(signal: AbortSignal, observer: { disconnect(): void }): void {
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
